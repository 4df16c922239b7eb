"""Where messages wait, die and come back: parked for a while, buried with a reason, replayed by a person."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared.topology import BY_NAME, DEAD, REQUEUE, RETRY

CONFIRM_SECONDS = 15.0


async def park(
    channel: AbstractChannel, message: AbstractIncomingMessage, queue: str, wait: int, attempt: int
) -> None:
    """Let ``message`` wait ``wait`` seconds (a declared tier) before ``queue`` hears it again."""
    await _hand_on(channel, message, RETRY, f"{wait}.{queue}", {"x-attempt": attempt})


async def bury(
    channel: AbstractChannel, message: AbstractIncomingMessage, queue: str, reason: str, attempt: int
) -> None:
    """Put ``message`` among the dead letters of the service that owns ``queue``, with reason and place."""
    died = datetime.now(UTC).isoformat(timespec="seconds")
    headers = {"x-reason": reason, "x-place": queue, "x-attempt": attempt, "x-died": died}
    await _hand_on(channel, message, DEAD, BY_NAME[queue].service, headers)


async def replay(channel: AbstractChannel, message: AbstractIncomingMessage, queue: str) -> None:
    """Send a dead ``message`` back to ``queue`` with its first attempt ahead of it."""
    await _hand_on(channel, message, REQUEUE, f"0.{queue}", {})


async def _hand_on(
    channel: AbstractChannel,
    message: AbstractIncomingMessage,
    exchange: str,
    key: str,
    headers: dict[str, Any],
) -> None:
    """Publish a copy and wait for the confirm; only then may the original be acknowledged."""
    kept = {name: value for name, value in message.headers.items() if not name.startswith("x-")}
    copy = Message(
        message.body,
        headers={**kept, **headers},
        content_type=message.content_type,
        correlation_id=message.correlation_id,
        message_id=uuid4().hex,
        delivery_mode=DeliveryMode.PERSISTENT,
        app_id=message.app_id,
    )
    target = await channel.get_exchange(exchange, ensure=False)
    await target.publish(copy, key, mandatory=True, timeout=CONFIRM_SECONDS)
