"""Retries and dead letters: delaying a message, dead-lettering it with a reason, and replaying it."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared.messaging.topology import BY_NAME, DEAD, IN, REQUEUE, RETRY

CONFIRM_SECONDS = 15.0
ACCOUNT = "citiesshare-account"
KEY = "citiesshare-key"
ATTEMPT = "x-attempt"
DELAYS = "x-delays"


def account_of(message: AbstractIncomingMessage, own: str) -> str | None:
    """Return the account that published ``message``, or None where it is not certain.

    The broker verifies ``user_id``. The header ``citiesshare-account`` is trusted only in messages that
    ``own``, the account of this service, published and in messages from a retry queue, to which publishers
    cannot write.
    """
    header = str(message.headers.get(ACCOUNT) or "") or None
    if message.user_id and message.user_id != own:
        return message.user_id
    ours = message.user_id == own or message.exchange == REQUEUE
    return (header or message.user_id) if ours else None


def key_of(message: AbstractIncomingMessage) -> str | None:
    """Return the routing key with which ``message`` was published to ``citiesshare.in``, or None if unknown.

    Retry queues need routing keys of their own, so the first one is kept in the header ``citiesshare-key``,
    which is trusted only in messages that this system wrote.
    """
    if message.exchange == IN:
        return message.routing_key
    dead_lettered_by_broker = message.exchange == DEAD and "x-death" in message.headers
    if message.exchange not in {REQUEUE, DEAD} or dead_lettered_by_broker:
        return None
    return str(message.headers.get(KEY) or "") or None


def attempts_of(message: AbstractIncomingMessage) -> int:
    """Return how often ``message`` was tried before; 0 where the header is missing or not a number below
    1000.
    """
    header = str(message.headers.get(ATTEMPT, 0))
    return int(header) if header.isdecimal() and len(header) < 4 else 0


def delays_of(message: AbstractIncomingMessage) -> int:
    """Return how often ``message`` was delayed by TooEarlyError."""
    header = str(message.headers.get(DELAYS, 0)) if message.exchange == REQUEUE else "0"
    return int(header) if header.isdecimal() and len(header) < 10 else 0


def tried_before(message: AbstractIncomingMessage) -> bool:
    """Return whether ``message`` is redelivered after a failed attempt; publishers cannot fake this."""
    return message.exchange == REQUEUE and attempts_of(message) > 0


async def postpone(
    channel: AbstractChannel, message: AbstractIncomingMessage, queue: str, wait: int, account: str | None
) -> None:
    """Delay ``message`` for ``wait`` seconds (one of the setting ``retry_waits``) without counting an
    attempt.
    """
    headers = {ATTEMPT: attempts_of(message), DELAYS: delays_of(message) + 1, ACCOUNT: account}
    await _publish_copy(channel, message, RETRY, f"{wait}.{queue}", headers)


async def schedule_retry(
    channel: AbstractChannel,
    message: AbstractIncomingMessage,
    queue: str,
    wait: int,
    attempt: int,
    account: str | None = None,
) -> None:
    """Deliver ``message`` to ``queue`` again after ``wait`` seconds (one of the setting ``retry_waits``)."""
    await _publish_copy(channel, message, RETRY, f"{wait}.{queue}", {ATTEMPT: attempt, ACCOUNT: account})


async def dead_letter(
    channel: AbstractChannel,
    message: AbstractIncomingMessage,
    queue: str,
    reason: str,
    attempt: int,
    account: str | None = None,
) -> None:
    """Publish ``message`` to the dead letters of the service that owns ``queue``, with reason and queue."""
    died = datetime.now(UTC).isoformat(timespec="seconds")
    place = {"x-reason": reason, "x-place": queue, ATTEMPT: attempt, "x-died": died}
    headers = {**place, ACCOUNT: account}
    await _publish_copy(channel, message, DEAD, BY_NAME[queue].service, headers)


async def rewrite(
    channel: AbstractChannel,
    message: AbstractIncomingMessage,
    service: str,
    body: bytes,
    headers: dict[str, Any],
) -> None:
    """Publish a dead ``message`` to the dead letters of ``service`` again, with ``body`` and ``headers``."""
    await _publish(channel, message, DEAD, service, headers, body)


async def replay(channel: AbstractChannel, message: AbstractIncomingMessage, queue: str) -> None:
    """Send a dead ``message`` back to ``queue``; attempts are counted from 0 again."""
    # Headers of a message that the broker itself dead-lettered may have been written by its publisher.
    account = message.user_id if "x-death" in message.headers else message.headers.get(ACCOUNT)
    await _publish_copy(channel, message, REQUEUE, f"0.{queue}", {ACCOUNT: account})


async def _publish_copy(
    channel: AbstractChannel,
    message: AbstractIncomingMessage,
    exchange: str,
    key: str,
    headers: dict[str, Any],
) -> None:
    """Publish a copy with ``headers``; the caller acknowledges the original after the confirm."""
    internal = ("x-", ACCOUNT, KEY)
    original = {name: value for name, value in message.headers.items() if not name.startswith(internal)}
    headers = {name: value for name, value in (headers | {KEY: key_of(message)}).items() if value is not None}
    await _publish(channel, message, exchange, key, {**original, **headers}, message.body)


async def _publish(
    channel: AbstractChannel,
    message: AbstractIncomingMessage,
    exchange: str,
    key: str,
    headers: dict[str, Any],
    body: bytes,
) -> None:
    copy = Message(
        body,
        headers=headers,
        content_type=message.content_type,
        correlation_id=message.correlation_id,
        message_id=uuid4().hex,
        timestamp=message.timestamp,
        delivery_mode=DeliveryMode.PERSISTENT,
        app_id=message.app_id,
    )
    target = await channel.get_exchange(exchange, ensure=False)
    await target.publish(copy, key, mandatory=True, timeout=CONFIRM_SECONDS)
