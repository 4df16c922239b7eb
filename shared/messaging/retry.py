"""Where messages wait, die and come back: parked for a while, buried with a reason, replayed by a person."""

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
    """Return who published ``message``, as far as that is vouched for; ``own`` is our own account.

    The broker vouches for ``user_id``; we vouch for what our own account wrote into the header, and for what
    came back from a waiting room, to which publishers have no way. Anything else anybody could have written.
    """
    written = str(message.headers.get(ACCOUNT) or "") or None
    if message.user_id and message.user_id != own:
        return message.user_id
    ours = message.user_id == own or message.exchange == REQUEUE
    return (written or message.user_id) if ours else None


def key_of(message: AbstractIncomingMessage) -> str | None:
    """Return the routing key under which ``message`` was published where anybody speaks.

    Waiting rooms have keys of their own, so we write the first one down. None where nobody vouches for it.
    """
    if message.exchange == IN:
        return message.routing_key
    buried_by_broker = message.exchange == DEAD and "x-death" in message.headers
    if message.exchange not in {REQUEUE, DEAD} or buried_by_broker:
        return None
    return str(message.headers.get(KEY) or "") or None


def attempts_of(message: AbstractIncomingMessage) -> int:
    """How often ``message`` was tried before; 0 where somebody outside wrote what is no number of ours."""
    written = str(message.headers.get(ATTEMPT, 0))
    return int(written) if written.isdecimal() and len(written) < 4 else 0


def delays_of(message: AbstractIncomingMessage) -> int:
    """How often ``message`` was parked only because it came too early."""
    written = str(message.headers.get(DELAYS, 0)) if message.exchange == REQUEUE else "0"
    return int(written) if written.isdecimal() and len(written) < 10 else 0


def tried_before(message: AbstractIncomingMessage) -> bool:
    """Whether ``message`` comes back from a try that failed; publishers cannot write that themselves."""
    return message.exchange == REQUEUE and attempts_of(message) > 0


async def postpone(
    channel: AbstractChannel, message: AbstractIncomingMessage, queue: str, wait: int, account: str | None
) -> None:
    """Let ``message`` wait like a parked one, without counting an attempt."""
    headers = {ATTEMPT: attempts_of(message), DELAYS: delays_of(message) + 1, ACCOUNT: account}
    await _hand_on(channel, message, RETRY, f"{wait}.{queue}", headers)


async def schedule_retry(
    channel: AbstractChannel,
    message: AbstractIncomingMessage,
    queue: str,
    wait: int,
    attempt: int,
    account: str | None = None,
) -> None:
    """Let ``message`` wait ``wait`` seconds (a declared tier) before ``queue`` hears it again."""
    await _hand_on(channel, message, RETRY, f"{wait}.{queue}", {ATTEMPT: attempt, ACCOUNT: account})


async def dead_letter(
    channel: AbstractChannel,
    message: AbstractIncomingMessage,
    queue: str,
    reason: str,
    attempt: int,
    account: str | None = None,
) -> None:
    """Put ``message`` among the dead letters of the service that owns ``queue``, with reason and place."""
    died = datetime.now(UTC).isoformat(timespec="seconds")
    place = {"x-reason": reason, "x-place": queue, ATTEMPT: attempt, "x-died": died}
    headers = {**place, ACCOUNT: account}
    await _hand_on(channel, message, DEAD, BY_NAME[queue].service, headers)


async def rewrite(
    channel: AbstractChannel,
    message: AbstractIncomingMessage,
    service: str,
    body: bytes,
    headers: dict[str, Any],
) -> None:
    """Put a dead ``message`` back among the dead of ``service`` with another body and all of ``headers``."""
    await _publish(channel, message, DEAD, service, headers, body)


async def replay(channel: AbstractChannel, message: AbstractIncomingMessage, queue: str) -> None:
    """Send a dead ``message`` back to ``queue`` with its first attempt ahead of it."""
    # What the broker itself buried has headers that nobody vouched for.
    account = message.user_id if "x-death" in message.headers else message.headers.get(ACCOUNT)
    await _hand_on(channel, message, REQUEUE, f"0.{queue}", {ACCOUNT: account})


async def _hand_on(
    channel: AbstractChannel,
    message: AbstractIncomingMessage,
    exchange: str,
    key: str,
    headers: dict[str, Any],
) -> None:
    """Publish a copy; only when it is confirmed may the original be acknowledged."""
    written = ("x-", ACCOUNT, KEY)
    kept = {name: value for name, value in message.headers.items() if not name.startswith(written)}
    headers = {name: value for name, value in (headers | {KEY: key_of(message)}).items() if value is not None}
    await _publish(channel, message, exchange, key, {**kept, **headers}, message.body)


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
