"""The doors that every service has: how it is, how busy it is, and what it hears, says and answers."""

from fastapi import APIRouter, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared import asyncapi
from shared.edge import Edge
from shared.hearing import answered, hears
from shared.mongo import Database
from shared.replica import VERSION

ASK_SECONDS = 3.0
SWAGGER = "swagger"  # served from here: the pages load nothing from elsewhere


def health(edge: Edge, database: Database) -> APIRouter:
    """How the service is: for whoever starts, stops, watches and scales it."""
    router = APIRouter(tags=["operations"])

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        """The process answers; it asks nobody else."""
        return {"status": "live", "service": edge.service, "version": VERSION}

    @router.get("/health/ready", responses={503: {"description": "Broker or store away, or stopping"}})
    async def ready(request: Request) -> JSONResponse:
        """Broker and store really answered just now."""
        asked = {
            "broker": await answered(hears(edge), ASK_SECONDS),
            "store": await answered(database.ping(), ASK_SECONDS),
        }
        good = all(asked.values()) and not request.app.state.draining
        return JSONResponse(
            {"ready": good, "draining": request.app.state.draining, **asked}, 200 if good else 503
        )

    @router.get("/health/work")
    async def work() -> dict[str, int]:
        """How many messages are in work now, and how many were handled since the start."""
        return {"in_work": edge.load.in_work, "handled": edge.load.handled}

    @router.get("/metrics", include_in_schema=False)
    async def told() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


def documents(edge: Edge) -> APIRouter:
    """What the service answers, hears and says."""
    router = APIRouter(tags=["documents"])

    @router.get("/docs", response_class=HTMLResponse, include_in_schema=False)
    async def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="openapi.json",
            title=f"CitiesShare {edge.service}",
            swagger_js_url=f"{SWAGGER}/swagger-ui-bundle.js",
            swagger_css_url=f"{SWAGGER}/swagger-ui.css",
            swagger_favicon_url=f"{SWAGGER}/favicon-32x32.png",
        )

    @router.get("/asyncapi.json")
    async def described() -> dict[str, object]:
        """The AsyncAPI 3 document of what this service hears and says."""
        return asyncapi.document(edge)

    @router.get("/asyncapi", response_class=HTMLResponse, include_in_schema=False)
    async def page() -> str:
        return asyncapi.page(asyncapi.document(edge))

    return router
