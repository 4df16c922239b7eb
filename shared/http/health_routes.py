"""Routes that every service has: health, load, metrics, and the OpenAPI and AsyncAPI documents."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import HTMLResponse, JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.http.built_once import BuiltOnce
from shared.http.security_headers import CSP, SELF, hash_of, policy
from shared.messaging import asyncapi
from shared.messaging.bus import MessageBus
from shared.messaging.consumer_health import is_consuming, succeeds_within
from shared.observability.replica import VERSION
from shared.store.mongo import Database

ASK_SECONDS = 3.0
JSON = "application/json"
SWAGGER, PAGES = "swagger", "pages"  # served by the service: its pages load no external resources
DOCS = (
    "<!doctype html><html lang='en'><meta charset='utf-8'><title>{title}</title>"
    "<meta name='viewport' content='width=device-width'>"
    f"<link rel='stylesheet' href='{SWAGGER}/swagger-ui.css'>"
    f"<link rel='icon' href='{SWAGGER}/favicon.png'><div id='swagger-ui'></div>"
    f"<script src='{SWAGGER}/swagger-ui-bundle.js'></script><script src='{PAGES}/docs.js'></script></html>"
)
# Swagger UI draws its icons from data: addresses, and sets styles of elements from its script.
DOCS_POLICY = policy(script_src=SELF, style_src=SELF, img_src=f"{SELF} data:", connect_src=SELF)


def liveness_routes(bus: MessageBus) -> APIRouter:
    """Return the liveness route, which is on both ports so that a gateway can use it, too."""
    router = APIRouter(tags=["operations"])

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        """The process answers; broker and store are not checked."""
        return {"status": "live", "service": bus.service, "version": VERSION}

    return router


def health_routes(bus: MessageBus, database: Database, draining: Callable[[], bool]) -> APIRouter:
    """Return the routes for orchestration and monitoring: readiness, load and Prometheus metrics."""
    router = APIRouter(tags=["operations"])

    @router.get("/health/ready", responses={503: {"description": "Broker or store unreachable, or stopping"}})
    async def ready() -> JSONResponse:
        """Whether broker and store answered a check that was made for this request."""
        checks = {
            "broker": await succeeds_within(is_consuming(bus), ASK_SECONDS),
            "store": await succeeds_within(database.ping(), ASK_SECONDS),
        }
        good = all(checks.values()) and not draining()
        return JSONResponse({"ready": good, "draining": draining(), **checks}, 200 if good else 503)

    @router.get("/health/work")
    async def work() -> dict[str, int]:
        """How many messages are handled now, and how many were handled since the start."""
        return {"in_work": bus.load.in_work, "handled": bus.load.handled}

    @router.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


def document_routes(bus: MessageBus) -> APIRouter:
    """Return the routes of the API documentation: Swagger UI, and AsyncAPI as JSON and as a page."""
    router = APIRouter(tags=["documents"])

    @router.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(DOCS.format(title=f"CitiesShare {bus.service}"), headers={CSP: DOCS_POLICY})

    public = BuiltOnce(lambda: AsyncApiDocument.of(asyncapi.public_document(bus)))

    @router.get("/asyncapi.json", response_model=dict[str, object])
    async def asyncapi_json() -> Response:
        """The AsyncAPI 3 document of the messages that integrators may send to this service and receive from
        it.
        """
        return _json_response((await public.value()).json)

    @router.get("/asyncapi", include_in_schema=False)
    async def page() -> Response:
        return _page_response((await public.value()).page)

    return router


def openapi_route(app: FastAPI) -> APIRouter:
    """Return the route of the OpenAPI document of ``app``."""
    router = APIRouter()
    document = BuiltOnce(lambda: _as_json(app.openapi()))

    @router.get("/openapi.json", include_in_schema=False)
    async def openapi_json() -> Response:
        return _json_response(await document.value())

    return router


def operations_routes(bus: MessageBus) -> APIRouter:
    """Return the AsyncAPI routes for operators: with the queues of this service and all its messages."""
    router = APIRouter(tags=["operations"])

    whole = BuiltOnce(lambda: AsyncApiDocument.of(asyncapi.document(bus)))

    @router.get("/asyncapi.json", response_model=dict[str, object])
    async def asyncapi_json() -> Response:
        """The AsyncAPI 3 document of the queues that this service consumes and the messages it publishes."""
        return _json_response((await whole.value()).json)

    @router.get("/asyncapi", include_in_schema=False)
    async def page() -> Response:
        return _page_response((await whole.value()).page)

    return router


class AsyncApiDocument(NamedTuple):
    """One AsyncAPI document as JSON and as an HTML page without scripts."""

    json: bytes
    page: bytes

    @classmethod
    def of(cls, document: dict[str, Any]) -> "AsyncApiDocument":
        """Return ``document`` in both forms."""
        return cls(_as_json(document), asyncapi.page(document).encode())


def _json_response(body: bytes) -> Response:
    return Response(body, media_type=JSON)


def _page_response(body: bytes) -> Response:
    return HTMLResponse(body, headers={CSP: policy(style_src=hash_of(asyncapi.STYLE))})


def _as_json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
