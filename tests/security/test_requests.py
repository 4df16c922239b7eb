"""Requests that are too large, too slow or only half sent, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

import pytest
import uvicorn
from fastapi import FastAPI, Request

from shared.http.request_limits import BoundedRequests, timed_protocol
from tests.waiting import until

SECONDS = 0.5
MOST = 100_000
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
HEAD = "{} {} HTTP/1.1\r\nHost: x\r\n"


class Served:
    """A server with one route that reads its body, one that does not, and what they saw."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.app.add_middleware(BoundedRequests, most=MOST, start_seconds=SECONDS)
        self.port = 0
        self.read = 0
        self.app.post("/read")(self.reading)
        self.app.post("/refuse", status_code=403)(self.refusing)
        self.app.post("/slow")(self.slow)

    async def reading(self, request: Request) -> int:
        async for chunk in request.stream():
            self.read += len(chunk)
        return self.read

    async def refusing(self) -> str:
        return "not you"

    async def slow(self, request: Request) -> str:
        await request.body()
        await asyncio.sleep(3 * SECONDS)
        return "done"

    async def line(self) -> Line:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, sent: bytes) -> bytes:
        """Send bytes and return all that comes until the server ends the connection; it must."""
        reader, writer = await self.line()
        writer.write(sent)
        try:
            async with asyncio.timeout(10 * SECONDS):
                return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()


@asynccontextmanager
async def serving() -> AsyncIterator[Served]:
    served = Served()
    config = uvicorn.Config(
        served.app,
        port=0,
        http=timed_protocol(SECONDS),
        log_level="critical",
        timeout_keep_alive=1,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    await until(started)
    served.port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.should_exit = True
        await running


def request(
    path: str, body: bytes = b"", length: int | None = None, method: str = "POST", **more: str
) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in more.items())
    announced = f"Content-Length: {len(body) if length is None else length}\r\n"
    return (HEAD.format(method, path) + lines + announced + "\r\n").encode() + body


@pytest.mark.parametrize(
    "half",
    [b"", b"P", b"POST /read HTTP/1.1\r\n", b"POST /read HTTP/1.1\r\nHost: x\r\nX-A: b"],
    ids=["nothing", "a letter", "a line", "half the headers"],
)
async def test_a_request_whose_headers_do_not_arrive_is_ended(half: bytes) -> None:
    async with serving() as served:
        started = monotonic()
        assert await served.ask(half) == b""
        assert SECONDS / 2 < monotonic() - started < 6 * SECONDS


async def test_headers_that_come_letter_by_letter_are_ended_too() -> None:
    async with serving() as served:
        reader, writer = await served.line()
        with pytest.raises((ConnectionError, TimeoutError)):  # noqa: PT012 - which write meets the end is open
            for letter in b"POST /read HTTP/1.1\r\nX-Slow: " + b"a" * 200:
                writer.write(bytes([letter]))
                await writer.drain()
                await asyncio.sleep(SECONDS / 10)
                if reader.at_eof():
                    raise ConnectionResetError
        writer.close()


async def test_a_body_that_does_not_arrive_is_answered_408() -> None:
    async with serving() as served:
        answer = await served.ask(request("/read", b"half", length=1000))
        assert b" 408 " in answer
        assert b"application/problem+json" in answer


async def test_a_body_that_drips_is_ended() -> None:
    """Who drips on while the answer comes may see a reset instead of it."""
    async with serving() as served:
        reader, writer = await served.line()
        writer.write(request("/read", length=1000))
        answer = asyncio.create_task(reader.read())
        started = monotonic()
        while not answer.done() and monotonic() - started < 10 * SECONDS:
            writer.write(b"x")
            await asyncio.sleep(SECONDS / 5)
        assert answer.done()
        assert isinstance(answer.exception(), ConnectionError) or b" 408 " in answer.result()
        assert served.read < 100
        writer.close()


async def test_a_body_that_drips_after_its_answer_is_ended() -> None:
    async with serving() as served:
        reader, writer = await served.line()
        writer.write(request("/refuse", length=1000))
        answer = asyncio.create_task(reader.read())
        started = monotonic()
        while not answer.done() and monotonic() - started < 10 * SECONDS:
            writer.write(b"x")
            await asyncio.sleep(SECONDS / 5)
        assert answer.done()
        assert isinstance(answer.exception(), ConnectionError) or b" 403 " in answer.result()
        writer.close()


async def test_a_connection_that_rests_after_its_answer_is_ended() -> None:
    async with serving() as served:
        assert b" 200 " in await served.ask(request("/read", b"{}"))


async def test_half_a_second_request_on_a_kept_connection_is_ended() -> None:
    async with serving() as served:
        assert (await served.ask(request("/read", b"{}") + b"POST /re")).count(b"HTTP/1.1") == 1


async def test_an_announced_body_that_is_too_large_is_refused_unread() -> None:
    async with serving() as served:
        answer = await served.ask(request("/read", b"x" * 1000, length=MOST + 1))
    assert b" 413 " in answer
    assert str(MOST).encode() in answer
    assert served.read == 0


@pytest.mark.parametrize("length", ["-1", "1e3", "9" * 400, "+5", "0x10"])
async def test_a_length_that_is_none_or_endless_is_refused(length: str) -> None:
    async with serving() as served:
        answer = await served.ask(
            (HEAD.format("POST", "/read") + f"Content-Length: {length}\r\n\r\n").encode()
        )
    assert b" 400 " in answer or b" 413 " in answer
    assert served.read == 0


async def test_a_chunked_body_is_counted_as_it_comes() -> None:
    chunk = b"2710\r\n" + b"x" * 10_000 + b"\r\n"
    head = (HEAD.format("POST", "/read") + "Transfer-Encoding: chunked\r\n\r\n").encode()
    async with serving() as served:
        assert b" 200 " in await served.ask(head + 9 * chunk + b"0\r\n\r\n")
        assert b" 413 " in await served.ask(head + 30 * chunk + b"0\r\n\r\n")
        assert served.read <= 9 * 10_000 + MOST


async def test_a_slow_answer_is_not_ended() -> None:
    async with serving() as served:
        assert b"done" in await served.ask(request("/slow", b"{}"))


async def test_many_half_sent_requests_keep_nobody_else_out() -> None:
    async with serving() as served:
        lines = [await served.line() for _ in range(200)]
        for _, writer in lines:
            writer.write(b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf")
        started = monotonic()
        assert b" 200 " in await served.ask(request("/read", b"{}", Connection="close"))
        assert monotonic() - started < 2
        for _, writer in lines:
            writer.close()
