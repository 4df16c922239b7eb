"""The lines from the services to broker and store: relays on loopback that can be slowed, held and cut."""

import asyncio
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from socket import SO_LINGER, SOL_SOCKET
from typing import Self

from citiesshare.local.ports import HOST, Ports, free_port

CHUNK = 65_536
RESET = struct.pack("ii", 1, 0)  # no lingering: the other side gets a reset, not a goodbye


class NetworkProxy:
    """One relay to the port ``target``: what it takes on ``port`` it hands on, both ways, in order."""

    def __init__(self, target: int) -> None:
        self.port, self.target = free_port(), target
        self._delay = 0.0
        self._passing = asyncio.Event()
        self._passing.set()
        self._writers: set[StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._relay, HOST, self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()

    def cut(self) -> None:
        """Break all connections at once, as a network does: what was under way is lost."""
        for writer in self._writers:
            writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, RESET)
            writer.transport.abort()

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Let nothing through; nobody is told."""
        self._passing.clear()
        try:
            yield
        finally:
            self._passing.set()

    @asynccontextmanager
    async def slowed(self, seconds: float) -> AsyncIterator[None]:
        """Let every piece wait ``seconds`` before it is handed on."""
        self._delay = seconds
        try:
            yield
        finally:
            self._delay = 0.0

    async def _relay(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(HOST, self.target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, back}
        self._writers |= ends
        try:
            await asyncio.gather(self._pass(reader, back), self._pass(there, writer))
        finally:
            self._writers -= ends

    async def _pass(self, reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(CHUNK):
                await self._passing.wait()
                await asyncio.sleep(self._delay)
                writer.write(piece)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def lines(ports: Ports) -> AsyncIterator[dict[str, NetworkProxy]]:
    """The lines to the broker and the store at ``ports``, open until the end of the block."""
    async with NetworkProxy(ports["amqp"]) as broker, NetworkProxy(ports["mongo"]) as store:
        yield {"broker line": broker, "store line": store}


def over(ports: Ports, open_lines: dict[str, NetworkProxy]) -> dict[str, str]:
    """The settings by which services reach broker and store over ``open_lines``."""
    broker, store = open_lines["broker line"], open_lines["store line"]
    return {
        "AMQP_URL": ports.amqp_url.replace(str(ports["amqp"]), str(broker.port)),
        "MONGO_URL": ports.mongo_url.replace(str(ports["mongo"]), str(store.port)),
    }
