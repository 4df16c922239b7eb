"""How one knows that a part is there: it is asked, as whoever uses it would ask."""

import asyncio
from collections.abc import Awaitable, Callable

import aio_pika
import httpx
from aio_pika.exceptions import CONNECTION_EXCEPTIONS

from citiesshare.local.ports import HOST

Ready = Callable[[], Awaitable[bool]]


def accepting(port: int) -> Ready:
    """Whether somebody accepts connections on ``port``."""

    async def ready() -> bool:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            return False
        writer.close()
        return True

    return ready


def speaking_amqp(port: int, url: str) -> Ready:
    """Whether the broker lets somebody in at ``url``: it listens on ``port`` before it does."""
    listens = accepting(port)

    async def ready() -> bool:
        if not await listens():
            return False
        try:
            async with asyncio.timeout(5):
                await (await aio_pika.connect(url)).close()
        except (*CONNECTION_EXCEPTIONS, TimeoutError):
            return False
        return True

    return ready


def answering(url: str) -> Ready:
    """Whether ``url`` is answered with 200."""

    async def ready() -> bool:
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
                return (await client.get(url)).status_code == 200
        except httpx.HTTPError:
            return False

    return ready
