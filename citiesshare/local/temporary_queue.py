"""A queue of one's own beside those of the services, for as long as one listens."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

import aio_pika
from aio_pika.abc import AbstractIncomingMessage, AbstractQueue

from shared.messaging.topology import EVENTS


@asynccontextmanager
async def own_queue(
    url: str, keys: Iterable[str], hear: Callable[[AbstractIncomingMessage], Awaitable[None]]
) -> AsyncIterator[AbstractQueue]:
    """Have ``hear`` told of ``keys`` of what the services say; the queue goes at the end of the block."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(exclusive=True)
        for key in keys:
            await queue.bind(EVENTS, key)
        await queue.consume(hear, no_ack=True)
        yield queue
