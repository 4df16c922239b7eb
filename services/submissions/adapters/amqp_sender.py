"""Sending to the broker as a publisher would: CloudEvents in binary mode, many confirms in flight."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import aio_pika
from aio_pika import DeliveryMode, Message

from services.submissions.application.outgoing_message import OutgoingMessage
from shared.messaging.topology import IN

IN_FLIGHT = 100
CONFIRM_SECONDS = 30.0


def amqp_message(body: bytes, headers: Mapping[str, str], account: str | None) -> Message:
    """Return the persistent AMQP message; the broker vouches for its own ``account``."""
    return Message(
        body,
        headers={**headers},
        content_type="application/json",
        message_id=uuid4().hex,
        correlation_id=uuid4().hex,
        timestamp=datetime.now(UTC),
        user_id=account,
        delivery_mode=DeliveryMode.PERSISTENT,
    )


async def send(
    url: str,
    messages: AsyncIterator[OutgoingMessage],
    sent: Callable[[OutgoingMessage], None] = lambda _: None,
) -> int:
    """Send ``messages`` with at most ``IN_FLIGHT`` unconfirmed; ``sent`` is told of each confirmed one."""
    count, account = 0, unquote(urlsplit(url).username or "guest")
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        exchange = await channel.get_exchange(IN)  # raises at once where there is none
        free = asyncio.Semaphore(IN_FLIGHT)

        async def one(message: OutgoingMessage) -> None:
            try:
                amqp = amqp_message(message.body, message.headers, account)
                await exchange.publish(amqp, message.key, mandatory=True, timeout=CONFIRM_SECONDS)
                sent(message)
            finally:
                free.release()

        async with asyncio.TaskGroup() as group:
            async for message in messages:
                await free.acquire()
                group.create_task(one(message))
                count += 1
    return count
