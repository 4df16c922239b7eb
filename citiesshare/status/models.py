"""The status of the whole system at one moment, from the broker and the services."""

from pydantic import BaseModel

from shared.messaging.topology import SERVICES
from shared.observability.replica import Replica


class QueueState(BaseModel):
    """One queue: messages waiting and in work, number of consumers, and acknowledgements per second."""

    name: str
    waiting: int
    in_work: int
    listeners: int
    rate: float

    @property
    def lag(self) -> float | None:
        """Seconds until all messages are handled at the present rate; None at a rate of 0."""
        if not (pending := self.waiting + self.in_work):
            return 0.0
        return pending / self.rate if self.rate else None

    @property
    def dead(self) -> bool:
        """Whether it is a dead-letter queue."""
        return self.name.endswith(".dead")


class ServiceState(BaseModel):
    """One service: the answers of its health endpoints, and numbers of documents by state."""

    name: str
    ready: bool = False
    in_work: int | None = None
    handled: int | None = None
    counts: dict[str, int] = {}


class BrokerState(BaseModel):
    """The queues of the broker, and the connected replicas."""

    queues: list[QueueState]
    replicas: list[Replica]


class SystemStatus(BaseModel):
    """Broker and services; ``broker`` is None where it did not answer."""

    broker: BrokerState | None
    services: list[ServiceState]

    @property
    def replicas(self) -> list[Replica]:
        """The replicas that are connected to the broker; empty where it did not answer."""
        return self.broker.replicas if self.broker else []

    @property
    def good(self) -> bool:
        """Whether everything answers, every service queue has consumers, and no letters are dead."""
        if self.broker is None or not all(service.ready for service in self.services):
            return False
        dead = sum(queue.waiting for queue in self.broker.queues if queue.dead)
        return not dead and all(queue.listeners for queue in self.broker.queues if is_service_queue(queue))


def is_service_queue(queue: QueueState) -> bool:
    """Return whether a service consumes this queue."""
    return not queue.dead and queue.name.split(".")[0] in SERVICES
