"""A small server that speaks LibreTranslate, on loopback: it answers, refuses, or is slow."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.component.loopback import listening, respond


@dataclass
class Translator:
    """What it was asked, and how it answers."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    slow: float = 0
    body: bytes | None = None
    port: int = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def texts(self) -> list[str]:
        """All texts that were ever sent to it."""
        return [text for one in self.asked for text in one["q"]]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, one answer."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1]) for line in head.splitlines() if "content-length" in line.lower()
        )
        asked = json.loads(await reader.readexactly(length))
        self.asked.append({"path": head.split()[1], **asked})
        await asyncio.sleep(self.slow)
        said = {"translatedText": [f"{text} [{asked['target']}]" for text in asked["q"]]}
        body = json.dumps(said).encode() if self.body is None else self.body
        await respond(writer, f"{self.status} x", body)


@asynccontextmanager
async def translator() -> AsyncIterator[Translator]:
    """The server until the end of the block."""
    one = Translator()
    async with listening(one.answer) as one.port:
        yield one
