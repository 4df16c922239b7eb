"""Limits on every request: the size of its body, and the time that headers and body may take to arrive.

``BoundedRequests`` is ASGI middleware for bodies; ``TimedProtocol`` is uvicorn's protocol with a limit on the
time between the first byte of a request and the end of its headers.
"""

import asyncio
from time import monotonic
from typing import Any

import h11
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from shared.http.problem_details import problem

LARGEST_FORM = 1_000_000
"""Largest body in bytes of a service that reads only forms and small JSON documents."""
START_SECONDS = 20.0
SLOWEST = 10_000
"""Lowest rate in bytes per second at which a body must arrive after ``START_SECONDS``."""


class RequestRefused(Exception):
    """The body is not read further; the response is a problem with ``status`` and ``title``."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status, self.title = status, title


class BoundedRequests:
    """Answers 413 to a body of more than ``most`` bytes and 408 to one that arrives too slowly.

    ``Content-Length`` is checked before anything is read. The middleware reads no body by itself: where a
    route rejects the caller first, no body is read.
    """

    def __init__(self, app: ASGIApp, most: int = LARGEST_FORM, start_seconds: float = START_SECONDS) -> None:
        self._app, self._most, self._start_seconds = app, most, start_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body, started = _Body(receive, self._most, self._start_seconds), False

        async def answer(message: Message) -> None:
            nonlocal started
            # The application sees a body that was cut off; its response is replaced by the real reason.
            if body.refused and not started:
                raise body.refused
            started = True
            await send(message)

        try:
            if refusal := _length_refused(scope, self._most):
                raise refusal
            await self._app(scope, body.receive, answer)
        except RequestRefused as refused:
            if started:
                raise
            close = {"Connection": "close"} if refused.status == 408 else None
            response = problem(refused.status, refused.title, close)
            await response(scope, receive, send)


class _Body:
    """The body of one request, read part by part within the limits."""

    def __init__(self, receive: Receive, most: int, start_seconds: float) -> None:
        self._receive, self._most, self._start_seconds = receive, most, start_seconds
        self._size, self._began, self._complete = 0, monotonic(), False
        self.refused: RequestRefused | None = None

    async def receive(self) -> Message:
        """Return the next ASGI message; raises RequestRefused. After the end of the body there is no time
        limit.
        """
        if self.refused:
            raise self.refused
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout(self._seconds_left()):
                message = await self._receive()
        except TimeoutError:
            raise self._refuse(408, "The body did not arrive in time: send it again") from None
        self._size += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._size > self._most:
            raise self._refuse(413, f"More than {self._most} bytes: send less")
        return message

    def _seconds_left(self) -> float:
        allowed = self._start_seconds + self._size / SLOWEST
        return max(allowed - (monotonic() - self._began), 0.0)

    def _refuse(self, status: int, title: str) -> RequestRefused:
        self.refused = RequestRefused(status, title)
        return self.refused


def _length_refused(scope: Scope, most: int) -> RequestRefused | None:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    for length in lengths:
        if not length.isdigit():
            return RequestRefused(400, "Content-Length is not a number")
        if len(length) > 15 or int(length) > most:
            return RequestRefused(413, f"More than {most} bytes: send less")
    return None


class TimedProtocol(H11Protocol):
    """uvicorn's h11 protocol with a timeout that closes the connection.

    The timeout runs from the first byte of a request to the end of its headers, and while a body arrives
    after its request was answered.
    """

    header_seconds = START_SECONDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own arguments
        super().__init__(*args, **kwargs)
        self._timeout: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the timeout for the first request."""
        super().connection_made(transport)
        self._update_timeout()

    def data_received(self, data: bytes) -> None:
        """Receive bytes; start or stop the timeout by the state of the request."""
        super().data_received(data)
        self._update_timeout()

    def on_response_complete(self) -> None:
        """Start the timeout for the rest of an unread body; uvicorn's own applies to an idle connection."""
        super().on_response_complete()
        self._stop_timeout()
        if self.conn.their_state is h11.SEND_BODY:
            self._update_timeout()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timeout."""
        self._stop_timeout()
        super().connection_lost(exc)

    def _update_timeout(self) -> None:
        unread = self.conn.their_state is h11.SEND_BODY and self.conn.our_state is h11.DONE
        if self.conn.their_state is not h11.IDLE and not unread:
            self._stop_timeout()
        elif self._timeout is None:
            self._timeout = self.loop.call_later(self.header_seconds, self._close)

    def _stop_timeout(self) -> None:
        if self._timeout is not None:
            self._timeout.cancel()
            self._timeout = None

    def _close(self) -> None:
        self._timeout = None
        self.transport.close()


def timed_protocol(header_seconds: float) -> type[TimedProtocol]:
    """Return the protocol with a timeout of ``header_seconds``."""
    return type("TimedProtocol", (TimedProtocol,), {"header_seconds": header_seconds})
