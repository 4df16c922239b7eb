"""The ASGI application of a service: routes, middleware, startup and shutdown, the same for all services."""

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
    """The application on the public port; ``operations`` is the one on the operators' port.

    Every response has security headers.
    """

    def __init__(self, title: str, *, https: bool, lifespan: Lifespan | None = None) -> None:
        self.https = https
        self.draining = False
        self.operations: Service | None = None
        super().__init__(title=title, lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
        self.include_router(openapi_route(self))
        explain_problems(self)

    def build_middleware_stack(self) -> ASGIApp:
        """Return the middleware stack; the security headers are outermost, so that errors have them, too."""
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
    """Return the application of one service.

    ``keys`` are the routing keys of all services' events, which the topology needs. ``prepare`` runs before
    the first message (indexes, caches). ``alongside`` is an asynchronous generator that yields once and is
    open while the service runs (pools, background tasks). ``operations`` are routes of the operators' port. A
    request with a body of more than ``largest_body`` bytes is answered with 413.
    """
    https = bus.settings.https
    service_lifespan = _lifespan(bus, database, tuple(keys), prepare, alongside)
    seconds = bus.settings.request_seconds
    app = Service(f"CitiesShare {bus.service}", https=https, lifespan=service_lifespan)
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


class _OperationsServer(uvicorn.Server):
    """Server of the operators' port, which runs as long as the service and handles no signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Install no signal handlers: the server of the public port handles signals."""
        yield


class _Server(uvicorn.Server):
    """Server of the public port: at SIGTERM it becomes not ready, and stops after ``drain_seconds``."""

    def __init__(self, config: uvicorn.Config, app: Service, settings: ServiceSettings) -> None:
        super().__init__(config)
        self._app, self._drain_seconds = app, settings.drain_seconds
        assert app.operations is not None, "build() sets it"
        operations = _config(app.operations, settings, settings.operations_host, settings.operations_port)
        self._operations, self._socket = _OperationsServer(operations), operations.bind_socket()
        self._socket.set_inheritable(False)
        self._operations_task: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Listen on the public port and, once the service has started, on the operators' port."""
        await super().startup(sockets)
        if self.started:
            self._operations_task = asyncio.create_task(self._operations.serve([self._socket]))

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Stop the public port, then the operators' port, which reports "not ready" until then."""
        await super().shutdown(sockets)
        self._operations.should_exit = True
        if self._operations_task is not None:
            await self._operations_task

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.draining = True
        if sig == signal.SIGINT or not self._drain_seconds:
            super().handle_exit(sig, frame)
        else:
            loop = asyncio.get_running_loop()
            loop.call_later(self._drain_seconds, super().handle_exit, sig, frame)


def _lifespan(
    bus: MessageBus,
    database: Database,
    keys: Sequence[str],
    prepare: Callable[[], Awaitable[None]],
    alongside: Callable[[], AsyncIterator[None]] | None,
) -> Lifespan:
    """Return the lifespan of a service: it starts the parts in order and stops them in reverse order."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(database.close)
            await _prepare_with_retries(prepare, bus.is_retryable)
            if alongside is not None:
                await stack.enter_async_context(asynccontextmanager(alongside)())
            stack.push_async_callback(bus.broker.stop)
            await broker.start(bus, keys)
            watch = asyncio.create_task(stop_when_not_consuming(bus, _terminate))
            stack.callback(watch.cancel)
            metrics.built(VERSION)
            log.info("service_started")
            yield
            log.info("service_stopping")

    return lifespan


def _terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


async def _prepare_with_retries(
    prepare: Callable[[], Awaitable[None]], later: Callable[[BaseException], bool]
) -> None:
    """Run ``prepare`` until it succeeds, with waits of 0.5 to 10 s while the database is unreachable.

    Services may start before the database. Raises an error for which ``later`` returns False.
    """
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
