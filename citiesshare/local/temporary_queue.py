"""A temporary queue that receives copies of the services' events."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

import aio_pika
from aio_pika.abc import AbstractIncomingMessage, AbstractQueue

from shared.messaging.topology import EVENTS


@asynccontextmanager
async def temporary_queue(
    url: str, keys: Iterable[str], on_message: Callable[[AbstractIncomingMessage], Awaitable[None]]
) -> AsyncIterator[AbstractQueue]:
    """Call ``on_message`` with each event that has a routing key of ``keys``, until the end of the block."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(exclusive=True)
        for key in keys:
            await queue.bind(EVENTS, key)
        await queue.consume(on_message, no_ack=True)
        yield queue
