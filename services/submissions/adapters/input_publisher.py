"""Publishing to the input exchange under the service's own account."""

from datetime import UTC, datetime
from uuid import uuid4

from aio_pika import DeliveryMode, Message

from shared.messaging.bus import MessageBus
from shared.messaging.retry import CONFIRM_SECONDS
from shared.messaging.topology import IN


class AmqpInputPublisher:
    """Publishes through the bus of the service."""

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus

    async def publish(self, key: str, headers: dict[str, str], data: bytes) -> None:
        """Publish ``data`` to the input exchange, persistent; returns once the broker confirms."""
        message = Message(
            data,
            headers={**headers},
            content_type="application/json",
            message_id=uuid4().hex,
            correlation_id=uuid4().hex,
            timestamp=datetime.now(UTC),
            user_id=self._bus.account,
            delivery_mode=DeliveryMode.PERSISTENT,
        )
        exchange = await (await self._bus.channel()).get_exchange(IN, ensure=False)
        await exchange.publish(message, key, mandatory=True, timeout=CONFIRM_SECONDS)
