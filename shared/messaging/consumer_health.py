"""Whether a service really consumes: a process can run without consumers while its queues grow."""

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
    """Return whether the broker answers on the connection of ``bus`` and every subscriber has a consumer.

    Raises an error of aiormq where the connection is lost; the caller limits the time.
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


async def succeeds_within(check: Awaitable[object], seconds: float = ASK_SECONDS) -> bool:
    """Return whether ``check`` ends within ``seconds`` without an error and not with False."""
    try:
        async with asyncio.timeout(seconds):
            return await check is not False
    except Exception:  # noqa: BLE001 - any error means that the check failed
        return False


async def stop_when_not_consuming(
    bus: MessageBus, end: Callable[[], None], look_every: float = LOOK_EVERY, patience: int = PATIENCE
) -> None:
    """Call ``end`` after ``patience`` failed checks in a row while the broker accepts new connections.

    The supervisor of the process (container engine, systemd) then starts a new one. While the broker is
    unreachable a new process would not help, so this waits. It counts checks and not seconds, because time
    also passes while a process is suspended. ``look_every`` is the time between two checks in seconds.
    """
    failures = 0
    while failures < patience or not await _accepts_connections(bus):
        await asyncio.sleep(look_every)
        failures = 0 if await succeeds_within(has_consumers(bus)) else failures + 1
    log.critical("service_not_consuming", looks=failures)
    end()


async def _has_consumer(channel: AbstractRobustChannel) -> bool:
    underlay = await channel.get_underlay_channel()
    return isinstance(underlay, aiormq.Channel) and bool(underlay.consumers)


async def _accepts_connections(bus: MessageBus) -> bool:
    """Return whether the broker accepts a new connection."""
    return await succeeds_within(_connect(bus.settings.amqp_url))


async def _connect(url: str) -> bool:
    async with await aio_pika.connect(url):
        return True
