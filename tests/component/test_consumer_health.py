"""A service that cannot hear any more says so, and ends itself so that a new one is started."""

import asyncio

import aiormq
import pytest

from shared.events import SolutionRecorded
from shared.messaging.bus import MessageBus, Published
from shared.messaging.consumer_health import has_consumers, is_consuming, stop_when_not_consuming
from tests.broker import Outsider
from tests.component.buses import an_edge, hearing

NOBODY = "amqp://guest:guest@127.0.0.1:1/"


async def nothing(_: SolutionRecorded) -> Published:
    return None


async def deafen(bus: MessageBus) -> None:
    """Close the channel that ``bus`` hears on for good, as a failed repair would."""
    await (await bus.channel_of(bus.channels[0])).close()


async def test_who_hears_is_ready_and_who_is_deaf_is_not(outsider: Outsider) -> None:
    async with hearing(outsider.url, nothing) as bus:
        assert await is_consuming(bus)
        await deafen(bus)
        assert not await is_consuming(bus)


async def test_a_channel_without_its_consumer_does_not_listen(outsider: Outsider) -> None:
    async with hearing(outsider.url, nothing) as bus:
        channel = await (await bus.channel_of(bus.channels[0])).get_underlay_channel()
        assert isinstance(channel, aiormq.Channel)
        (tag,) = channel.consumers
        await channel.basic_cancel(tag)
        assert not await has_consumers(bus)


async def test_a_deaf_service_ends_itself_while_the_broker_takes_others(outsider: Outsider) -> None:
    ended = asyncio.Event()
    async with hearing(outsider.url, nothing) as bus:
        watch = asyncio.create_task(stop_when_not_consuming(bus, ended.set, look_every=0.01))
        await asyncio.sleep(0.5)
        assert not ended.is_set(), "it hears"
        await deafen(bus)
        await asyncio.wait_for(watch, 90)
    assert ended.is_set()


async def test_while_the_broker_is_away_nobody_ends_because_nobody_would_hear_better() -> None:
    ended = asyncio.Event()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(
            stop_when_not_consuming(an_edge(NOBODY), ended.set, look_every=0.01, patience=2), 1
        )
    assert not ended.is_set()
