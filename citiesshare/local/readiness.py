"""Checks whether a part of the stack is ready, made as its clients would connect."""

import asyncio
from collections.abc import Awaitable, Callable

import aio_pika
import httpx
from aio_pika.exceptions import CONNECTION_EXCEPTIONS

from citiesshare.local.ports import HOST
from shared.settings import ServiceSettings
from shared.store.mongo import away, open_database

Ready = Callable[[], Awaitable[bool]]


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
    """Return a check whether the store at ``url`` takes a write within the timeout in ``url``."""
    settings = ServiceSettings(mongo_url=url, mongo_driver="pymongo")

    async def ready() -> bool:
        database = open_database(settings, "local_stack")
        try:
            await database["writes"].replace_one({"_id": "last"}, {}, upsert=True)
        except Exception as error:
            if not away(error):
                raise
            return False
        finally:
            await database.close()
        return True

    return ready
