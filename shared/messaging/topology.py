"""Exchanges, keys and queues in one place: inputs, events, retries and dead letters.

    citiesshare.in      topic   from publishers and cities; what no key fits goes to submissions, too
    citiesshare.events  topic   from the services
    citiesshare.retry   topic   one queue per wait; after it a message returns to the queue it came from
    citiesshare.requeue topic   the way back from a retry or from the dead letters: ``<wait>.<queue>``
    citiesshare.dead    direct  one queue per service for what could not be handled
    citiesshare.erasure topic   the operator asks that a person be erased; each service answers with a receipt

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
# Not among the events: whoever listens to those would read whom to forget.
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


def _heard(service: str, *keys: str) -> tuple[WorkQueue, ...]:
    return tuple(WorkQueue(f"{service}.{key.replace('.', '-')}", EVENTS, (key,)) for key in keys)


WORK: tuple[WorkQueue, ...] = (
    WorkQueue("submissions.procurement", IN, ("procurement.#",)),
    WorkQueue(
        "submissions.reports", IN, ("solution.#", "need.#", "outcome.#", "adoption.#", "city.#", "record.#")
    ),
    WorkQueue("submissions.voices", IN, ("citizen.#", "catalogue.#", "comment.#")),
    *_heard(
        "scoring",
        "solution.recorded",
        "need.recorded",
        "outcome.recorded",
        "adoption.recorded",
        "city.recorded",
        "match.answered",
    ),
    *_heard(
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
# What no key fits is unknown, not lost: the alternate exchange hands it to the reports, which reject it.
UNKNOWN_TO = "submissions.reports"
BY_NAME = {work.name: work for work in WORK}


def heard_keys() -> frozenset[str]:
    """The keys of ``citiesshare.events`` that some service hears."""
    return frozenset(key for work in WORK if work.exchange == EVENTS for key in work.keys)


def work_queue(name: str) -> RabbitQueue:
    """Return the queue ``name`` as FastStream subscribes to it: declared before, never by the subscriber."""
    work = BY_NAME[name]
    return RabbitQueue(
        name, queue_type=QueueType.QUORUM, durable=True, declare=False, routing_key=work.keys[0]
    )


def exchange(name: str) -> RabbitExchange:
    """Return the topic exchange ``name``, declared before."""
    return RabbitExchange(name, type=Kind.TOPIC, durable=True, declare=False)


def retry_queue(wait: int) -> str:
    """The waiting room of messages that are tried again after ``wait`` seconds."""
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


def _tier_arguments(wait: int) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-message-ttl": wait * 1000,
        "x-dead-letter-exchange": REQUEUE,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


async def declare(channel: AbstractChannel, waits: Sequence[int], keys: Iterable[str]) -> None:
    """Declare everything, targets before what leads to them; ``keys`` are all keys that services say.

    Saying it again changes nothing. Raises aio_pika's ChannelPreconditionFailed where an older
    declaration differs.
    """
    await _declare_dead(channel)
    await _declare_work(channel)
    await _declare_tiers(channel, waits)
    await _declare_unheard(channel, sorted(set(keys) - heard_keys()))


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
    intake = await channel.get_queue(UNKNOWN_TO)
    await intake.bind(unknown)


async def _declare_tiers(channel: AbstractChannel, waits: Sequence[int]) -> None:
    retry = await channel.declare_exchange(RETRY, ExchangeType.TOPIC, durable=True)
    for wait in waits:
        queue = await channel.declare_queue(retry_queue(wait), durable=True, arguments=_tier_arguments(wait))
        await queue.bind(retry, f"{wait}.#")


async def _declare_unheard(channel: AbstractChannel, keys: Sequence[str]) -> None:
    # Mandatory publishing must not fail for what only integrators hear; a bounded diary keeps the newest.
    diary = await channel.declare_queue(
        UNHEARD,
        durable=True,
        arguments={"x-queue-type": "quorum", "x-max-length": 10_000, "x-overflow": "drop-head"},
    )
    for key in keys:
        await diary.bind(EVENTS, key)
