"""Exchanges, keys and queues in one place: inputs, events, retries and dead letters.

    citiesshare.in      topic   from publishers and cities; unknown routing keys go to submissions, too
    citiesshare.events  topic   from the services
    citiesshare.retry   topic   one queue per wait; after the wait a message returns to its own queue
    citiesshare.requeue topic   the way back from a retry or from the dead letters: ``<wait>.<queue>``
    citiesshare.dead    direct  one queue per service for messages that could not be handled
    citiesshare.erasure topic   requests of the operator to erase a person, and the receipt of each service

A queue is named ``<service>.<key with dashes>``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel
from faststream.rabbit import ExchangeType as Kind
from faststream.rabbit import QueueType, RabbitExchange, RabbitQueue

IN, EVENTS, UNKNOWN = "citiesshare.in", "citiesshare.events", "citiesshare.unknown"
RETRY, REQUEUE, DEAD = "citiesshare.retry", "citiesshare.requeue", "citiesshare.dead"
UNHEARD = "citiesshare.unheard"
# A separate exchange: consumers of the events must not read the names of persons to erase.
ERASURE, ERASE, ERASED = "citiesshare.erasure", "requested", "answered"
SERVICES = ("submissions", "scoring", "notifications")
DELIVERY_LIMIT = 50


@dataclass(frozen=True)
class WorkQueue:
    """A queue of one service, with the exchange and the keys it is bound to."""

    name: str
    exchange: str
    keys: tuple[str, ...]

    @property
    def service(self) -> str:
        """The service that owns the queue."""
        return self.name.split(".")[0]


def _event_queues(service: str, *keys: str) -> tuple[WorkQueue, ...]:
    return tuple(WorkQueue(f"{service}.{key.replace('.', '-')}", EVENTS, (key,)) for key in keys)


WORK: tuple[WorkQueue, ...] = (
    WorkQueue("submissions.procurement", IN, ("procurement.#",)),
    WorkQueue(
        "submissions.reports", IN, ("solution.#", "need.#", "outcome.#", "adoption.#", "city.#", "record.#")
    ),
    WorkQueue("submissions.voices", IN, ("citizen.#", "catalogue.#", "comment.#")),
    *_event_queues(
        "scoring",
        "solution.recorded",
        "need.recorded",
        "outcome.recorded",
        "adoption.recorded",
        "city.recorded",
        "match.answered",
    ),
    *_event_queues(
        "notifications",
        "solution.matched",
        "warning.raised",
        "partners.found",
        "outcome.due",
        "watch.fired",
        "circle.opened",
        "solution.recorded",
        "need.recorded",
        "outcome.recorded",
        "adoption.recorded",
        "city.recorded",
        "submission.rejected",
    ),
    *(WorkQueue(f"{service}.erasure", ERASURE, (f"{ERASE}.{service}",)) for service in SERVICES),
)
# The alternate exchange routes messages with an unknown key to this queue, whose handler rejects them.
UNKNOWN_TO = "submissions.reports"
BY_NAME = {work.name: work for work in WORK}


def subscribed_keys() -> frozenset[str]:
    """Return the routing keys of ``citiesshare.events`` that at least one service consumes."""
    return frozenset(key for work in WORK if work.exchange == EVENTS for key in work.keys)


def work_queue(name: str) -> RabbitQueue:
    """Return the queue ``name`` for a FastStream subscriber, which does not declare it."""
    work = BY_NAME[name]
    return RabbitQueue(
        name, queue_type=QueueType.QUORUM, durable=True, declare=False, routing_key=work.keys[0]
    )


def exchange(name: str) -> RabbitExchange:
    """Return the topic exchange ``name`` for a FastStream publisher, which does not declare it."""
    return RabbitExchange(name, type=Kind.TOPIC, durable=True, declare=False)


def retry_queue(wait: int) -> str:
    """Return the name of the queue of messages that are tried again after ``wait`` seconds."""
    return f"retry.{wait}s"


def _work_arguments(work: WorkQueue) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": DEAD,
        "x-dead-letter-routing-key": work.service,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def _retry_arguments(wait: int) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-message-ttl": wait * 1000,
        "x-dead-letter-exchange": REQUEUE,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


async def declare(channel: AbstractChannel, waits: Sequence[int], keys: Iterable[str]) -> None:
    """Declare all exchanges and queues; ``keys`` are the routing keys of all services' events.

    ``waits`` are the waits of the retry queues in seconds. Targets are declared before the queues that
    dead-letter to them. It is idempotent. Raises aiormq's ChannelPreconditionFailed where an existing
    exchange or queue has other arguments.
    """
    await _declare_dead(channel)
    await _declare_work(channel)
    await _declare_retry_queues(channel, waits)
    await _declare_unsubscribed(channel, sorted(set(keys) - subscribed_keys()))


async def _declare_dead(channel: AbstractChannel) -> None:
    dead = await channel.declare_exchange(DEAD, ExchangeType.DIRECT, durable=True)
    for service in SERVICES:
        queue = await channel.declare_queue(
            f"{service}.dead", durable=True, arguments={"x-queue-type": "quorum"}
        )
        await queue.bind(dead, service)


async def _declare_work(channel: AbstractChannel) -> None:
    unknown = await channel.declare_exchange(UNKNOWN, ExchangeType.FANOUT, durable=True)
    alternate: dict[str, Any] = {"alternate-exchange": UNKNOWN}
    await channel.declare_exchange(IN, ExchangeType.TOPIC, durable=True, arguments=alternate)
    await channel.declare_exchange(EVENTS, ExchangeType.TOPIC, durable=True)
    await channel.declare_exchange(ERASURE, ExchangeType.TOPIC, durable=True)
    requeue = await channel.declare_exchange(REQUEUE, ExchangeType.TOPIC, durable=True)
    for work in WORK:
        queue = await channel.declare_queue(work.name, durable=True, arguments=_work_arguments(work))
        for key in work.keys:
            await queue.bind(work.exchange, key)
        await queue.bind(requeue, f"*.{work.name}")
    reports = await channel.get_queue(UNKNOWN_TO)
    await reports.bind(unknown)


async def _declare_retry_queues(channel: AbstractChannel, waits: Sequence[int]) -> None:
    retry = await channel.declare_exchange(RETRY, ExchangeType.TOPIC, durable=True)
    for wait in waits:
        queue = await channel.declare_queue(retry_queue(wait), durable=True, arguments=_retry_arguments(wait))
        await queue.bind(retry, f"{wait}.#")


async def _declare_unsubscribed(channel: AbstractChannel, keys: Sequence[str]) -> None:
    # Mandatory publishing fails for an event without a queue. Events that only integrators read go to this
    # bounded queue, which keeps the newest.
    queue = await channel.declare_queue(
        UNHEARD,
        durable=True,
        arguments={"x-queue-type": "quorum", "x-max-length": 10_000, "x-overflow": "drop-head"},
    )
    for key in keys:
        await queue.bind(EVENTS, key)
