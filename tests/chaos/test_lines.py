"""The lines of the chaos: what they hand on, and what happens to it when they are slowed, held or cut."""

import asyncio
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from citiesshare.local.ports import HOST
from citiesshare.local.stack import Stack
from shared.settings import ServiceSettings
from shared.store.mongo import open_database
from tests.chaos.network_proxy import NetworkProxy, lines, over


async def echo(reader: StreamReader, writer: StreamWriter) -> None:
    """Say back what comes, until nothing comes any more."""
    while piece := await reader.read(1024):
        writer.write(piece)
    writer.close()


@asynccontextmanager
async def called() -> AsyncIterator[tuple[NetworkProxy, StreamReader, StreamWriter]]:
    """A line to an echo, and a connection over it."""
    server = await asyncio.start_server(echo, HOST, 0)
    async with server, NetworkProxy(server.sockets[0].getsockname()[1]) as line:
        reader, writer = await asyncio.open_connection(HOST, line.port)
        yield line, reader, writer
        writer.close()


async def test_a_line_hands_on_in_order_and_says_when_the_other_end_hung_up() -> None:
    async with called() as (_, reader, writer):
        said = bytes(range(256)) * 4_000
        writer.write(said)
        assert await reader.readexactly(len(said)) == said
        writer.write_eof()
        assert await reader.read() == b""


async def test_a_slow_line_takes_its_time_each_way() -> None:
    async with called() as (line, reader, writer), line.slowed(0.1):
        began = time.monotonic()
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"hello"
        assert time.monotonic() - began >= 0.2


async def test_a_held_line_says_nothing_and_then_everything() -> None:
    async with called() as (line, reader, writer):
        async with line.held():
            writer.write(b"hello")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.2)
        assert await reader.readexactly(5) == b"hello"


async def test_a_cut_line_breaks_what_is_open_and_takes_new_calls() -> None:
    async with called() as (line, reader, writer):
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"hello"
        line.cut()
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(1)
        again, speaker = await asyncio.open_connection(HOST, line.port)
        speaker.write(b"again")
        assert await again.readexactly(5) == b"again"
        speaker.close()


@pytest.mark.slow
@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_whoever_goes_to_the_store_over_a_line_stays_on_it(backing: Stack, driver: str) -> None:
    """The embedded store names its own address as a member of a set, and a driver would go there."""
    async with lines(backing.ports) as opened:
        url = over(backing.ports, opened)["MONGO_URL"]
        database = open_database(
            ServiceSettings.model_validate({"mongo_url": url, "mongo_driver": driver}), "test"
        )
        await database.ping()
        async with opened["store line"].slowed(0.1):
            began = time.monotonic()
            await database.ping()
            assert time.monotonic() - began >= 0.2
        await database.close()
