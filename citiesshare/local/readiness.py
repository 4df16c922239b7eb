"""Checks whether a part of the stack is ready, made as its clients would connect."""

import asyncio
from collections.abc import Awaitable, Callable

import aio_pika
import httpx
from aio_pika.exceptions import CONNECTION_EXCEPTIONS
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from citiesshare.local.ports import HOST

Ready = Callable[[], Awaitable[bool]]
WRITE_SECONDS = 30
"""No write of the local stack takes so long, not even while another process is killed beside it."""


def accepts_connections(port: int) -> Ready:
    """Return a check whether ``port`` accepts connections."""

    async def ready() -> bool:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            return False
        writer.close()
        return True

    return ready


def accepts_amqp(port: int, url: str) -> Ready:
    """Return a check whether the broker accepts a login at ``url``; it listens on ``port`` before that."""
    listens = accepts_connections(port)

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


def answers_http(url: str) -> Ready:
    """Return a check whether a GET of ``url`` is answered with 200."""

    async def ready() -> bool:
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
                return (await client.get(url)).status_code == 200
        except httpx.HTTPError:
            return False

    return ready


def takes_writes(url: str) -> Ready:
    """Return a check whether the store at ``url`` takes a write within ``WRITE_SECONDS``."""

    async def ready() -> bool:
        client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient(url, timeoutMS=WRITE_SECONDS * 1000)
        try:
            await client["local_stack"]["writes"].replace_one({"_id": "last"}, {}, upsert=True)
        except PyMongoError:
            return False
        finally:
            await client.close()
        return True

    return ready
