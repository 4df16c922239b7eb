"""Bounds on every request of every service: how large its body may be, and how long it may take to arrive.

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
"""In bytes: what a service takes that reads forms and small JSON only."""
START_SECONDS = 20.0
SLOWEST = 10_000
"""In bytes a second: what a body must come with after ``START_SECONDS``."""


class RequestRefused(Exception):
    """The body is not read further; ``status`` and ``title`` are the answer."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status, self.title = status, title


class BoundedRequests:
    """Answers 413 to a body of more than ``most`` bytes and 408 to one that comes too slowly.

    An announced length is judged before anything is read. It reads nothing by itself: where a route refuses
    its caller first, no body is read.
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
            # What the application makes of a body that was cut off is not what the caller should be told.
            if body.refused and not started:
                raise body.refused
            started = True
            await send(message)

        try:
            if wrong := _length_refused(scope, self._most):
                raise wrong
            await self._app(scope, body.receive, answer)
        except RequestRefused as refused:
            if started:
                raise
            close = {"Connection": "close"} if refused.status == 408 else None
            response = problem(refused.status, refused.title, close)
            await response(scope, receive, send)


class _Body:
    """The body of one request as it arrives."""

    def __init__(self, receive: Receive, most: int, start_seconds: float) -> None:
        self._receive, self._most, self._start_seconds = receive, most, start_seconds
        self._size, self._began, self._complete = 0, monotonic(), False
        self.refused: RequestRefused | None = None

    async def receive(self) -> Message:
        """Return the next part; raises RequestRefused. Once the body is complete, waiting has no limit."""
        if self.refused:
            raise self.refused
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout(self._left()):
                message = await self._receive()
        except TimeoutError:
            raise self._refuse(408, "The body did not come in time: send it again") from None
        self._size += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._size > self._most:
            raise self._refuse(413, f"More than {self._most} bytes: send less")
        return message

    def _left(self) -> float:
        allowed = self._start_seconds + self._size / SLOWEST
        return max(allowed - (monotonic() - self._began), 0.0)

    def _refuse(self, status: int, title: str) -> RequestRefused:
        self.refused = RequestRefused(status, title)
        return self.refused


def _length_refused(scope: Scope, most: int) -> RequestRefused | None:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    for length in lengths:
        if not length.isdigit():
            return RequestRefused(400, "Content-Length is no number")
        if len(length) > 15 or int(length) > most:
            return RequestRefused(413, f"More than {most} bytes: send less")
    return None


class TimedProtocol(H11Protocol):
    """uvicorn's protocol on h11, which ends a connection on which too little arrives in time.

    The time runs until the headers of a request are complete, and again while a body comes that nobody reads
    any more, because its request was answered.
    """

    header_seconds = START_SECONDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own arguments
        super().__init__(*args, **kwargs)
        self._due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take bytes; the time runs from the first byte of a request to the end of its headers."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Let the time run for the rest of an unread body; while the connection rests uvicorn's own runs."""
        super().on_response_complete()
        self._unwatch()
        if self.conn.their_state is h11.SEND_BODY:
            self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the time."""
        self._unwatch()
        super().connection_lost(exc)

    def _watch(self) -> None:
        unread = self.conn.their_state is h11.SEND_BODY and self.conn.our_state is h11.DONE
        if self.conn.their_state is not h11.IDLE and not unread:
            self._unwatch()
        elif self._due is None:
            self._due = self.loop.call_later(self.header_seconds, self._end)

    def _unwatch(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _end(self) -> None:
        self._due = None
        self.transport.close()


def timed_protocol(header_seconds: float) -> type[TimedProtocol]:
    """Return the protocol with another limit."""
    return type("TimedProtocol", (TimedProtocol,), {"header_seconds": header_seconds})
