"""A service as an ASGI application: the same doors, health and life cycle for all three."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from types import FrameType

import structlog
import uvicorn
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from swagger_ui_bundle import swagger_ui_path

from shared import asyncapi, broker, metrics
from shared.broker import Edge
from shared.hearing import end_when_deaf, hears
from shared.mongo import Database
from shared.replica import VERSION
from shared.settings import ServiceSettings

ASK_SECONDS = 3.0
PROBLEM = "application/problem+json"
SWAGGER = "swagger"  # served from here: the pages load nothing from elsewhere
log = structlog.get_logger()


def build(
    edge: Edge,
    database: Database,
    keys: Iterable[str],
    prepare: Callable[[], Awaitable[None]],
    routers: Iterable[APIRouter] = (),
    alongside: Callable[[], AsyncIterator[None]] | None = None,
) -> FastAPI:
    """Return the application of one service.

    ``prepare`` runs before the first message (indexes, caches); ``alongside`` is an asynchronous context
    manager open while the service runs (pools, background work).
    """
    said = tuple(keys)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        app.state.draining = False
        async with AsyncExitStack() as stack:
            stack.push_async_callback(database.close)
            await _until_it_works(prepare, edge.later)
            if alongside is not None:
                await stack.enter_async_context(asynccontextmanager(alongside)())
            stack.push_async_callback(edge.broker.stop)
            await broker.start(edge, said)
            watch = asyncio.create_task(end_when_deaf(edge, _ask_to_stop))
            stack.callback(watch.cancel)
            metrics.built(VERSION)
            log.info("service_started")
            yield
            log.info("service_stopping")

    app = FastAPI(title=f"CitiesShare {edge.service}", lifespan=life, docs_url=None, redoc_url=None)
    _explain_problems(app)
    app.include_router(_health(edge, database))
    app.include_router(_documents(edge))
    app.mount(f"/{SWAGGER}", StaticFiles(directory=swagger_ui_path))
    for router in routers:
        app.include_router(router)
    return app


def serve(app: FastAPI, settings: ServiceSettings) -> None:
    """Serve ``app`` until SIGTERM or SIGINT, then stop gracefully within the grace period."""
    config = uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=int(settings.grace_seconds),
        server_header=False,
    )
    _Server(config, app, settings.drain_seconds).run()


class _Server(uvicorn.Server):
    """Turns not ready first, so that a load balancer looks elsewhere, and stops after the drain time."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, drain_seconds: float) -> None:
        super().__init__(config)
        self._app, self._drain_seconds = app, drain_seconds

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.state.draining = True
        if sig == signal.SIGINT or not self._drain_seconds:
            super().handle_exit(sig, frame)
        else:
            loop = asyncio.get_running_loop()
            loop.call_later(self._drain_seconds, super().handle_exit, sig, frame)


def _ask_to_stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


async def _until_it_works(
    prepare: Callable[[], Awaitable[None]], later: Callable[[BaseException], bool]
) -> None:
    """Wait for a store that is not there yet: services start in any order."""
    wait = 0.5
    while True:
        try:
            return await prepare()
        except Exception as error:
            if not later(error):
                raise
            log.warning("store_away", wait=wait, reason=repr(error)[:300])
        await asyncio.sleep(wait)
        wait = min(wait * 2, 10.0)


def _health(edge: Edge, database: Database) -> APIRouter:
    router = APIRouter(tags=["operations"])

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        """The process answers; it asks nobody else."""
        return {"status": "live", "service": edge.service, "version": VERSION}

    @router.get("/health/ready", responses={503: {"description": "Broker or store away, or stopping"}})
    async def ready(request: Request) -> JSONResponse:
        """Broker and store really answered just now."""
        asked = {
            "broker": await _answers(lambda: hears(edge)),
            "store": await _answers(database.ping),
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


def _documents(edge: Edge) -> APIRouter:
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


async def _answers(ask: Callable[[], Awaitable[object]]) -> bool:
    try:
        async with asyncio.timeout(ASK_SECONDS):
            return await ask() is not False
    except Exception:  # noqa: BLE001 - whatever it is, it did not answer
        return False


def _explain_problems(app: FastAPI) -> None:
    """Answer every error as ``application/problem+json`` (RFC 9457)."""

    @app.exception_handler(RequestValidationError)
    async def unprocessable(_: Request, error: RequestValidationError) -> JSONResponse:
        complaints = [
            {"path": ".".join(str(part) for part in problem["loc"][1:]), "message": problem["msg"]}
            for problem in error.errors()
        ]
        return problem(422, "The request cannot be used", complaints=complaints)

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, str(error.detail), headers=error.headers)


def problem(status: int, title: str, headers: object = None, **more: object) -> JSONResponse:
    """Return an RFC 9457 problem with ``status`` and ``title``."""
    body = {"type": "about:blank", "title": title, "status": status, **more}
    given = dict(headers) if isinstance(headers, dict) else None
    return JSONResponse(body, status, media_type=PROBLEM, headers=given)
