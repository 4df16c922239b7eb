"""Querying the broker's management API and the operators' ports of the services."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from typing import TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError, field_validator

from citiesshare.status.models import BrokerState, QueueState, ServiceState, SystemStatus
from shared.observability.replica import Replica, read_name

ASK_SECONDS = 5.0
A = TypeVar("A")


class Rate(BaseModel):
    """A rate per second."""

    rate: float = 0.0


class Stats(BaseModel):
    """Recent statistics of a queue."""

    ack_details: Rate = Rate()


class ManagementQueue(BaseModel):
    """A queue in the answer of RabbitMQ's management API; counts are missing for a new queue."""

    name: str
    messages_ready: int = 0
    messages_unacknowledged: int = 0
    consumers: int = 0
    message_stats: Stats = Stats()

    @field_validator("message_stats", mode="before")
    @classmethod
    def _empty_list_means_no_statistics(cls, value: object) -> object:
        return value or {}


class ManagementConnection(BaseModel):
    """A connection; replicas set its name (shared/observability/replica.py)."""

    user_provided_name: str = ""


class Ready(BaseModel):
    """The answer of ``/health/ready``."""

    ready: bool = False


class WorkAnswer(BaseModel):
    """The answer of ``/health/work``."""

    in_work: int | None = None
    handled: int | None = None


async def query_status(management: str, urls: Mapping[str, str]) -> SystemStatus:
    """Query the broker at ``management`` (``http://monitor:…@broker:15672/%2F``) and each service.

    ``urls`` are the operators' ports by service. A part that does not answer in ``ASK_SECONDS`` has no data.
    """
    async with httpx.AsyncClient(trust_env=False, timeout=ASK_SECONDS) as client:
        broker, *services = await asyncio.gather(
            _broker(client, httpx.URL(management)),
            *(_service(client, name, url) for name, url in urls.items()),
        )
    return SystemStatus(broker=broker, services=services)


async def _broker(client: httpx.AsyncClient, management: httpx.URL) -> BrokerState | None:
    host = management.raw_path.decode().strip("/") or "%2F"
    api = management.copy_with(raw_path=b"/api/")
    queues, connections = await asyncio.gather(
        _ask(client, f"{api}queues/{host}", list[ManagementQueue]),
        _ask(client, f"{api}vhosts/{host}/connections", list[ManagementConnection]),
    )
    if queues is None or connections is None:
        return None
    return BrokerState(queues=[*map(_queue, queues)], replicas=[*_replicas(connections)])


def _queue(queue: ManagementQueue) -> QueueState:
    return QueueState(
        name=queue.name,
        waiting=queue.messages_ready,
        in_work=queue.messages_unacknowledged,
        listeners=queue.consumers,
        rate=queue.message_stats.ack_details.rate,
    )


def _replicas(connections: Iterable[ManagementConnection]) -> Iterable[Replica]:
    replicas = (read_name(connection.user_provided_name) for connection in connections)
    return sorted(filter(None, replicas), key=lambda replica: replica.name)


async def _service(client: httpx.AsyncClient, name: str, base: str) -> ServiceState:
    ready, work, counts = await asyncio.gather(
        _ask(client, f"{base}/health/ready", Ready),
        _ask(client, f"{base}/health/work", WorkAnswer),
        _ask(client, f"{base}/v1/status", dict[str, int]),
    )
    load = work or WorkAnswer()
    return ServiceState(
        name=name,
        ready=bool(ready and ready.ready),
        in_work=load.in_work,
        handled=load.handled,
        counts=counts or {},
    )


async def _ask(client: httpx.AsyncClient, url: str, answer: type[A]) -> A | None:
    """Return the JSON at ``url`` as ``answer``; None where it does not answer or has another shape."""
    try:
        return TypeAdapter(answer).validate_python((await client.get(url)).json())
    except (httpx.HTTPError, json.JSONDecodeError, ValidationError):
        return None
