"""A message to the input exchange, as a publisher sends it, and what publishes it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.messaging import cloudevents
from shared.messaging.retry import ACCOUNT


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

    @property
    def headers(self) -> dict[str, str]:
        """The attributes as AMQP headers, CloudEvents in binary mode."""
        time = self.time.isoformat() if self.time is not None else None
        named = {"id": self.id, "source": self.source, "type": self.type, "time": time}
        headers = cloudevents.binary_headers(named)
        if self.behalf is not None:
            headers[ACCOUNT] = self.behalf
        return headers


class InputPublisher(Protocol):
    """Publishes to the input exchange under the service's own account."""

    async def publish(self, key: str, headers: dict[str, str], data: bytes) -> None:
        """Publish ``data`` with a routing key and headers; returns once the broker confirms."""
        ...
