"""A service of one handler, on the real edge: what is tried here is what the services run on."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from faststream.rabbit.annotations import RabbitMessage

from shared.events import SolutionRecorded
from shared.messaging import broker
from shared.messaging.broker import open_broker
from shared.messaging.bus import MessageBus, Published
from shared.messaging.catalogue import EVENT_KEYS, PUBLISHED_BY
from shared.settings import ServiceSettings
from shared.store.mongo import away
from tests.broker import WAITS

QUEUE, DEAD = "scoring.solution-recorded", "scoring.dead"
Handler = Callable[[SolutionRecorded], Awaitable[Published]]


def an_edge(url: str, **settings: Any) -> MessageBus:  # noqa: ANN401 - any setting
    """The edge of a scoring service with short waits; nothing connects yet."""
    usual = {"amqp_url": url, "retry_waits": WAITS, "retry_attempts": 3, "grace_seconds": 10}
    return open_broker("scoring", ServiceSettings(**{**usual, **settings}), PUBLISHED_BY["scoring"], away)


@asynccontextmanager
async def hearing(url: str, handler: Handler, **settings: Any) -> AsyncIterator[MessageBus]:  # noqa: ANN401
    """A service whose ``handler`` hears of recorded solutions, until the end of the block."""

    async def hear(event: SolutionRecorded) -> Published:
        return await handler(event)

    bus = an_edge(url, **settings)
    bus.subscribe(QUEUE)(hear)
    async with started(bus):
        yield bus


@asynccontextmanager
async def hearing_raw(
    url: str,
    handler: Callable[[RabbitMessage], Awaitable[Published]],
    **settings: Any,  # noqa: ANN401
) -> AsyncIterator[MessageBus]:
    """The same for a handler that takes the message as it came."""
    bus = an_edge(url, **settings)
    bus.subscribe_raw(QUEUE)(handler)
    async with started(bus):
        yield bus


@asynccontextmanager
async def started(bus: MessageBus) -> AsyncIterator[MessageBus]:
    """``bus`` while it hears."""
    await broker.start(bus, EVENT_KEYS)
    try:
        yield bus
    finally:
        await bus.broker.stop()
