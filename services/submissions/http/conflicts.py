"""Where an owner finds what others said of its records."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.submissions.application.visible_records import viewer_for
from services.submissions.http.openapi_examples import PROBLEMS
from services.submissions.http.publishing import ApiContext
from services.submissions.http.serializers import conflict_of
from shared.visibility import Viewer

OPERATOR = Viewer(operator=True)  # where the doors are open everybody is


def router(api: ApiContext) -> APIRouter:
    """Return the route for conflicts."""
    routes = APIRouter(tags=["records"])

    @routes.get("/conflicts", responses=PROBLEMS)
    async def conflicts(request: Request) -> JSONResponse:
        """Words that were refused because they are on records of the caller's city, or that it opened.

        `record`, its `owner`, the `city` they were said for, their `source` and `event`, and `opened_by`
        where another publisher opened the record. Only an operator moves a record.
        """
        publisher = await api.caller(request)
        stored = await api.repositories.messages.conflicts(viewer_for(publisher) if publisher else OPERATOR)
        return JSONResponse([conflict_of(conflict) for conflict in stored])

    return routes
