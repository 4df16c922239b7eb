"""Publishing to the input exchange under the service's own account."""

from services.submissions.adapters.amqp_sender import amqp_message
from shared.messaging.bus import MessageBus
from shared.messaging.retry import CONFIRM_SECONDS
from shared.messaging.topology import IN


class AmqpInputPublisher:
    """Publishes through the bus of the service."""

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus

    async def publish(self, key: str, headers: dict[str, str], data: bytes) -> None:
        """Publish ``data`` to the input exchange, persistent; returns once the broker confirms."""
        message = amqp_message(data, headers, self._bus.account)
        exchange = await (await self._bus.channel()).get_exchange(IN, ensure=False)
        await exchange.publish(message, key, mandatory=True, timeout=CONFIRM_SECONDS)
