"""Asking the broker's management and the services' operators' ports; who does not answer is away."""

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
    """How often something happens in a second."""

    rate: float = 0.0


class Stats(BaseModel):
    """What was counted on a queue lately."""

    ack_details: Rate = Rate()


class ToldQueue(BaseModel):
    """A queue as RabbitMQ's management tells it; one that was made just now has no counts."""

    name: str
    messages_ready: int = 0
    messages_unacknowledged: int = 0
    consumers: int = 0
    message_stats: Stats = Stats()

    @field_validator("message_stats", mode="before")
    @classmethod
    def _nothing_is_told_as_an_empty_list(cls, value: object) -> object:
        return value or {}


class ToldConnection(BaseModel):
    """A connection; one of ours is named (shared/observability/replica.py)."""

    user_provided_name: str = ""


class Ready(BaseModel):
    """The answer of ``/health/ready``."""

    ready: bool = False


class WorkAnswer(BaseModel):
    """The answer of ``/health/work``."""

    in_work: int | None = None
    handled: int | None = None


async def query_status(management: str, urls: Mapping[str, str]) -> SystemStatus:
    """Ask the broker at ``management`` (``http://monitor:…@broker:15672/%2F``), and each service."""
    async with httpx.AsyncClient(trust_env=False, timeout=ASK_SECONDS) as client:
        broker, *services = await asyncio.gather(
            _broker(client, httpx.URL(management)), *(_service(client, *each) for each in urls.items())
        )
    return SystemStatus(broker=broker, services=services)


async def _broker(client: httpx.AsyncClient, management: httpx.URL) -> BrokerState | None:
    host = management.raw_path.decode().strip("/") or "%2F"
    api = management.copy_with(raw_path=b"/api/")
    queues, connections = await asyncio.gather(
        _ask(client, f"{api}queues/{host}", list[ToldQueue]),
        _ask(client, f"{api}vhosts/{host}/connections", list[ToldConnection]),
    )
    if queues is None or connections is None:
        return None
    return BrokerState(queues=[*map(_queue, queues)], replicas=[*_replicas(connections)])


def _queue(told: ToldQueue) -> QueueState:
    return QueueState(
        name=told.name,
        waiting=told.messages_ready,
        in_work=told.messages_unacknowledged,
        listeners=told.consumers,
        rate=told.message_stats.ack_details.rate,
    )


def _replicas(connections: Iterable[ToldConnection]) -> Iterable[Replica]:
    named = (read_name(each.user_provided_name) for each in connections)
    return sorted(filter(None, named), key=lambda replica: replica.name)


async def _service(client: httpx.AsyncClient, name: str, base: str) -> ServiceState:
    ready, work, counts = await asyncio.gather(
        _ask(client, f"{base}/health/ready", Ready),
        _ask(client, f"{base}/health/work", WorkAnswer),
        _ask(client, f"{base}/v1/status", dict[str, int]),
    )
    told = work or WorkAnswer()
    return ServiceState(
        name=name,
        ready=bool(ready and ready.ready),
        in_work=told.in_work,
        handled=told.handled,
        counts=counts or {},
    )


async def _ask(client: httpx.AsyncClient, url: str, answer: type[A]) -> A | None:
    """Return what is answered at ``url``; None where nobody answers, or something else."""
    try:
        return TypeAdapter(answer).validate_python((await client.get(url)).json())
    except (httpx.HTTPError, json.JSONDecodeError, ValidationError):
        return None
