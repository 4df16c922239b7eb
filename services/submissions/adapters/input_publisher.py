"""Publishing to the input exchange under the service's own account."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from aio_pika import DeliveryMode, Message

from shared.messaging.bus import MessageBus
from shared.messaging.retry import CONFIRM_SECONDS
from shared.messaging.topology import IN


async def publish_input(bus: MessageBus, key: str, headers: dict[str, Any], data: bytes) -> None:
    """Publish ``data`` to the exchange that publishers use, persistent; returns once the broker confirms."""
    message = Message(
        data,
        headers=headers,
        content_type="application/json",
        message_id=uuid4().hex,
        correlation_id=uuid4().hex,
        timestamp=datetime.now(UTC),
        user_id=bus.account,
        delivery_mode=DeliveryMode.PERSISTENT,
    )
    exchange = await (await bus.channel()).get_exchange(IN, ensure=False)
    await exchange.publish(message, key, mandatory=True, timeout=CONFIRM_SECONDS)
