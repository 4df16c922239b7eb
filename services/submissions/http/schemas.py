"""The JSON Schemas of all messages, as they are committed in ``schemas/``.

They are derived from the models at the first request, in half a second and by another thread.
"""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from shared.http.built_once import BuiltOnce
from shared.http.problem_details import problem
from shared.messaging.schemas import all_schemas


def router() -> APIRouter:
    """Return the routes for documents."""
    routes = APIRouter(tags=["documents"])
    schemas = BuiltOnce(all_schemas)

    @routes.get("/schemas")
    async def listed() -> list[str]:
        """The names of all schemas."""
        return sorted(await schemas.value())

    @routes.get("/schemas/{name}")
    async def schema(name: str) -> JSONResponse:
        """One JSON Schema (2020-12), e.g. `need.submitted.v1.json`."""
        document = (await schemas.value()).get(name)
        if document is None:
            return problem(404, f"No schema {name[:200]!r}: /schemas lists them")
        return JSONResponse(document, media_type="application/schema+json")

    return routes
