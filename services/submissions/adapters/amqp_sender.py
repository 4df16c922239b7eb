"""Sending to the broker as a publisher would: CloudEvents in binary mode, many confirms in flight."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import aio_pika
from aio_pika import DeliveryMode, Message

from shared.messaging.retry import ACCOUNT
from shared.messaging.topology import IN

IN_FLIGHT = 100
CONFIRM_SECONDS = 30.0


@dataclass(frozen=True)
class OutgoingMessage:
    """One message to send: the key that routes it, its CloudEvents attributes and its bytes.

    ``behalf`` is whose word it is, where our own account hands it on and vouches for it.
    """

    key: str
    id: str
    source: str
    type: str
    body: bytes
    time: datetime | None = None
    behalf: str | None = None

    def message(self, account: str | None = None) -> Message:
        """The persistent AMQP message; the broker vouches for ``account``, if it is the connection's own."""
        headers = {"ce-specversion": "1.0", "ce-id": self.id, "ce-source": self.source, "ce-type": self.type}
        if self.time is not None:
            headers["ce-time"] = self.time.isoformat()
        if self.behalf is not None:
            headers[ACCOUNT] = self.behalf
        return Message(
            self.body,
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
    letters: AsyncIterator[OutgoingMessage],
    sent: Callable[[OutgoingMessage], None] = lambda _: None,
) -> int:
    """Send ``letters`` with at most ``IN_FLIGHT`` unconfirmed; ``sent`` is told of each confirmed one."""
    count, account = 0, unquote(urlsplit(url).username or "guest")
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        exchange = await channel.get_exchange(IN)  # raises at once where there is none
        free = asyncio.Semaphore(IN_FLIGHT)

        async def one(letter: OutgoingMessage) -> None:
            try:
                await exchange.publish(
                    letter.message(account), letter.key, mandatory=True, timeout=CONFIRM_SECONDS
                )
                sent(letter)
            finally:
                free.release()

        async with asyncio.TaskGroup() as group:
            async for letter in letters:
                await free.acquire()
                group.create_task(one(letter))
                count += 1
    return count
