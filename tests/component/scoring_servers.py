"""A small HTTP server in the place of the scoring service, on loopback: it answers, refuses, or is slow."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.component.loopback import listening, respond


@dataclass
class ScoringServer:
    """What it was asked (path with query, and key), and what it answers to each path."""

    answers: dict[str, object] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    slow: float = 0
    body: bytes | None = None
    port: int = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, one answer."""
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        address = lines[0].split()[1]
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        keys = [line.split(": ", 1)[1] for line in lines if line.lower().startswith("authorization: ")]
        assert headers["host"]
        self.asked.append((address, keys[0] if keys else None))
        await asyncio.sleep(self.slow)
        known = address.split("?")[0] in self.answers
        body = json.dumps(self.answers.get(address.split("?")[0], {})).encode()
        body = body if self.body is None else self.body
        status = "200 OK" if known else "404 Not Found"
        await respond(writer, status, body)


@asynccontextmanager
async def scoring_server() -> AsyncIterator[ScoringServer]:
    """The server until the end of the block."""
    one = ScoringServer()
    async with listening(one.answer) as one.port:
        yield one
