"""A service as an ASGI application: the same doors and the same life for all three."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from socket import socket
from types import FrameType
from typing import TypeAlias

import structlog
import uvicorn
from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from shared.http.health_routes import (
    PAGES,
    SWAGGER,
    document_routes,
    health_routes,
    liveness_routes,
    openapi_route,
    operations_routes,
)
from shared.http.problem_details import explain_problems
from shared.http.request_limits import LARGEST_FORM, BoundedRequests, timed_protocol
from shared.http.security_headers import SecurityHeaders
from shared.messaging import broker
from shared.messaging.bus import MessageBus
from shared.messaging.consumer_health import stop_when_not_consuming
from shared.observability import metrics
from shared.observability.replica import VERSION
from shared.settings import ServiceSettings
from shared.store.mongo import Database

log = structlog.get_logger()
Lifespan: TypeAlias = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class Service(FastAPI):
    """The application on the public port, and the operators' beside it; every answer has security headers."""

    def __init__(self, title: str, *, https: bool, lifespan: Lifespan | None = None) -> None:
        self.https = https
        self.draining = False
        self.operations: Service | None = None
        super().__init__(title=title, lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
        self.include_router(openapi_route(self))
        explain_problems(self)

    def build_middleware_stack(self) -> ASGIApp:
        """Return all that handles a request; the headers are outermost, so that errors have them, too."""
        return SecurityHeaders(super().build_middleware_stack(), https=self.https)


def build(
    bus: MessageBus,
    database: Database,
    keys: Iterable[str],
    prepare: Callable[[], Awaitable[None]],
    routers: Iterable[APIRouter] = (),
    alongside: Callable[[], AsyncIterator[None]] | None = None,
    operations: Iterable[APIRouter] = (),
    *,
    largest_body: int = LARGEST_FORM,
) -> Service:
    """Return the application of one service, which reads no body of more than ``largest_body`` bytes.

    ``operations`` are answered on the operators' port only.

    ``prepare`` runs before the first message (indexes, caches); ``alongside`` is an asynchronous context
    manager open while the service runs (pools, background work).
    """
    https = bus.settings.https
    life = _life(bus, database, tuple(keys), prepare, alongside)
    seconds = bus.settings.request_seconds
    app = Service(f"CitiesShare {bus.service}", https=https, lifespan=life)
    app.add_middleware(BoundedRequests, most=largest_body, start_seconds=seconds)
    app.operations = Service(f"CitiesShare {bus.service}, operations", https=False)
    app.operations.add_middleware(BoundedRequests, most=LARGEST_FORM, start_seconds=seconds)
    for router in (liveness_routes(bus), document_routes(bus), *routers):
        app.include_router(router)
    app.mount(f"/{SWAGGER}", StaticFiles(packages=[("fastapi_offline", "static")]))
    app.mount(f"/{PAGES}", StaticFiles(packages=[("shared.http", "static")]))
    for router in (
        liveness_routes(bus),
        health_routes(bus, database, lambda: app.draining),
        operations_routes(bus),
        *operations,
    ):
        app.operations.include_router(router)
    return app


def serve(app: Service, settings: ServiceSettings) -> None:
    """Serve ``app`` until SIGTERM or SIGINT, then stop gracefully within the grace period."""
    _Server(_config(app, settings, settings.http_host, settings.http_port), app, settings).run()


def _config(app: Service, settings: ServiceSettings, host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=int(settings.grace_seconds),
        server_header=False,
        http=timed_protocol(settings.request_seconds),
    )


class _Operations(uvicorn.Server):
    """Answers operators from the start to the end of the service; signals are the service's own to handle."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the server of the public port."""
        yield


class _Server(uvicorn.Server):
    """Turns not ready first, so that a load balancer looks elsewhere, and stops after the drain time."""

    def __init__(self, config: uvicorn.Config, app: Service, settings: ServiceSettings) -> None:
        super().__init__(config)
        self._app, self._drain_seconds = app, settings.drain_seconds
        assert app.operations is not None, "build() makes it"
        own = _config(app.operations, settings, settings.operations_host, settings.operations_port)
        self._operations, self._socket = _Operations(own), own.bind_socket()
        self._socket.set_inheritable(False)
        self._answering: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Listen on the public port, and on the operators' port as soon as the service works."""
        await super().startup(sockets)
        if self.started:
            self._answering = asyncio.create_task(self._operations.serve([self._socket]))

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Stop on both ports; operators see to the last that the service is not ready."""
        await super().shutdown(sockets)
        self._operations.should_exit = True
        if self._answering is not None:
            await self._answering

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.draining = True
        if sig == signal.SIGINT or not self._drain_seconds:
            super().handle_exit(sig, frame)
        else:
            loop = asyncio.get_running_loop()
            loop.call_later(self._drain_seconds, super().handle_exit, sig, frame)


def _life(
    bus: MessageBus,
    database: Database,
    keys: Sequence[str],
    prepare: Callable[[], Awaitable[None]],
    alongside: Callable[[], AsyncIterator[None]] | None,
) -> Lifespan:
    """Return what happens from the start of a service to its end, which undoes it in reverse."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(database.close)
            await _until_it_works(prepare, bus.is_retryable)
            if alongside is not None:
                await stack.enter_async_context(asynccontextmanager(alongside)())
            stack.push_async_callback(bus.broker.stop)
            await broker.start(bus, keys)
            watch = asyncio.create_task(stop_when_not_consuming(bus, _ask_to_stop))
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
            log.warning("store_unreachable", wait=wait, reason=repr(error)[:300])
        await asyncio.sleep(wait)
        wait = min(wait * 2, 10.0)
