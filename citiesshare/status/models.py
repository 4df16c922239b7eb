"""The whole system at one moment, as broker and services tell it."""

from pydantic import BaseModel

from shared.messaging.topology import SERVICES
from shared.observability.replica import Replica


class QueueState(BaseModel):
    """One queue: messages waiting and in work, who listens, and messages handled a second."""

    name: str
    waiting: int
    in_work: int
    listeners: int
    rate: float

    @property
    def lag(self) -> float | None:
        """Seconds until all of it is handled at the present rate; None where nothing moves."""
        if not (left := self.waiting + self.in_work):
            return 0.0
        return left / self.rate if self.rate else None

    @property
    def dead(self) -> bool:
        """Whether dead letters lie here."""
        return self.name.endswith(".dead")


class ServiceState(BaseModel):
    """One service as its doors answer, and how many documents it has in which state."""

    name: str
    ready: bool = False
    in_work: int | None = None
    handled: int | None = None
    counts: dict[str, int] = {}


class BrokerState(BaseModel):
    """What the broker tells: its queues, and who is connected."""

    queues: list[QueueState]
    replicas: list[Replica]


class SystemStatus(BaseModel):
    """Broker and services; ``broker`` is None where it did not answer."""

    broker: BrokerState | None
    services: list[ServiceState]

    @property
    def replicas(self) -> list[Replica]:
        """Who is connected to the broker; nobody where it is away."""
        return self.broker.replicas if self.broker else []

    @property
    def good(self) -> bool:
        """Whether everything answers, every service's queues are heard, and nothing is dead."""
        if self.broker is None or not all(service.ready for service in self.services):
            return False
        dead = sum(queue.waiting for queue in self.broker.queues if queue.dead)
        return not dead and all(queue.listeners for queue in self.broker.queues if of_a_service(queue))


def of_a_service(queue: QueueState) -> bool:
    """Whether a service should hear this queue."""
    return not queue.dead and queue.name.split(".")[0] in SERVICES
