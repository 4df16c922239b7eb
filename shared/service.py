"""A service as an ASGI application: the same doors and the same life for all three."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from types import FrameType

import structlog
import uvicorn
from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles
from swagger_ui_bundle import swagger_ui_path

from shared import broker, metrics
from shared.doors import SWAGGER, documents, health
from shared.edge import Edge
from shared.hearing import end_when_deaf
from shared.mongo import Database
from shared.problems import explain_problems
from shared.replica import VERSION
from shared.request_limits import LARGEST_FORM, BoundedRequests, timed_protocol
from shared.settings import ServiceSettings

log = structlog.get_logger()


def build(
    edge: Edge,
    database: Database,
    keys: Iterable[str],
    prepare: Callable[[], Awaitable[None]],
    routers: Iterable[APIRouter] = (),
    alongside: Callable[[], AsyncIterator[None]] | None = None,
    largest_body: int = LARGEST_FORM,
) -> FastAPI:
    """Return the application of one service, which reads no body of more than ``largest_body`` bytes.

    ``prepare`` runs before the first message (indexes, caches); ``alongside`` is an asynchronous context
    manager open while the service runs (pools, background work).
    """
    life = _life(edge, database, tuple(keys), prepare, alongside)
    app = FastAPI(title=f"CitiesShare {edge.service}", lifespan=life, docs_url=None, redoc_url=None)
    explain_problems(app)
    app.add_middleware(BoundedRequests, most=largest_body, start_seconds=edge.settings.request_seconds)
    app.include_router(health(edge, database))
    app.include_router(documents(edge))
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
        http=timed_protocol(settings.request_seconds),
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


def _life(
    edge: Edge,
    database: Database,
    keys: Sequence[str],
    prepare: Callable[[], Awaitable[None]],
    alongside: Callable[[], AsyncIterator[None]] | None,
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Return what happens from the start of a service to its end, which undoes it in reverse."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        app.state.draining = False
        async with AsyncExitStack() as stack:
            stack.push_async_callback(database.close)
            await _until_it_works(prepare, edge.later)
            if alongside is not None:
                await stack.enter_async_context(asynccontextmanager(alongside)())
            stack.push_async_callback(edge.broker.stop)
            await broker.start(edge, keys)
            watch = asyncio.create_task(end_when_deaf(edge, _ask_to_stop))
            stack.callback(watch.cancel)
            metrics.built(VERSION)
            log.info("service_started")
            yield
            log.info("service_stopping")

    return life


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
