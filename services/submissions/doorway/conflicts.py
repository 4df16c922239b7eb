"""Where an owner finds what others said of its records."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.submissions.domain.speaking import EVERY
from services.submissions.doorway.examples import PROBLEMS
from services.submissions.doorway.speak import Doorway


def router(doorway: Doorway) -> APIRouter:
    """Return the route for conflicts."""
    routes = APIRouter(tags=["records"])

    @routes.get("/conflicts", responses=PROBLEMS)
    async def conflicts(request: Request) -> JSONResponse:
        """Words on records of the caller's cities that were refused because they are not their sender's.

        `record`, its `owner`, the `city` they were said for, their `source` and `event`, and `opened_by`
        where another publisher opened the record. Only an operator moves a record.
        """
        publisher = await doorway.caller(request)
        cities = publisher.cities if publisher and EVERY not in publisher.cities else None
        found = await doorway.kept.messages.conflicts(cities)
        return JSONResponse([{**each, "received": each["received"].isoformat()} for each in found])

    return routes
