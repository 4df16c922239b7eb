"""Whether a service really hears. A deaf one is the worst: it looks well, and its queue grows."""

import asyncio
from collections.abc import Awaitable, Callable

import aio_pika
import aiormq
import structlog
from aio_pika.abc import AbstractRobustChannel

from shared.messaging.bus import MessageBus

ASK_SECONDS = 5.0
LOOK_EVERY = 5.0
PATIENCE = 12
log = structlog.get_logger()


async def is_consuming(bus: MessageBus) -> bool:
    """Return whether the broker answers on our connection and every subscriber listens.

    Raises where the connection is lost; the caller limits the time.
    """
    connection = await bus.broker.connect()
    if connection.transport is None:
        return False
    probe = await connection.transport.connection.channel(publisher_confirms=False)
    await probe.close()
    return await has_consumers(bus)


async def has_consumers(bus: MessageBus) -> bool:
    """Return whether every subscriber of ``bus`` has an open channel with its consumer on it."""
    channels = [await bus.channel_of(channel) for channel in bus.channels]
    return all([not channel.is_closed and await _has_consumer(channel) for channel in channels])


async def succeeds_within(question: Awaitable[object], seconds: float = ASK_SECONDS) -> bool:
    """Return whether ``question`` is answered within ``seconds``, and not with no."""
    try:
        async with asyncio.timeout(seconds):
            return await question is not False
    except Exception:  # noqa: BLE001 - whatever it is, it did not answer
        return False


async def stop_when_not_consuming(
    bus: MessageBus, end: Callable[[], None], look_every: float = LOOK_EVERY, patience: int = PATIENCE
) -> None:
    """Call ``end`` once ``bus`` was found deaf ``patience`` times in a row though the broker takes others.

    Whoever supervises the process starts a new one. While the broker itself is away nobody would hear
    better: then it waits. Looks are counted, not seconds, which also pass while a process is stopped.
    """
    deaf = 0
    while deaf < patience or not await _takes_others(bus):
        await asyncio.sleep(look_every)
        deaf = 0 if await succeeds_within(has_consumers(bus)) else deaf + 1
    log.critical("service_not_consuming", looks=deaf)
    end()


async def _has_consumer(channel: AbstractRobustChannel) -> bool:
    underlay = await channel.get_underlay_channel()
    return isinstance(underlay, aiormq.Channel) and bool(underlay.consumers)


async def _takes_others(bus: MessageBus) -> bool:
    """Whether a new connection can be made where ours cannot be mended."""
    return await succeeds_within(_connect_anew(bus.settings.amqp_url))


async def _connect_anew(url: str) -> bool:
    async with await aio_pika.connect(url):
        return True
