"""Telling the system what a world has to say, and waiting until everything is dealt with."""

from collections.abc import AsyncIterator, Iterable

from citiesshare.local.stack import Stack
from citiesshare.local.wait_idle import wait_until_idle
from services.notifications.adapters.officials_file import import_into
from services.submissions.adapters.amqp_sender import send
from services.submissions.application.outgoing_message import OutgoingMessage
from tests.broker import WAITS
from tests.chaos.sample_world import World

QUIET_SECONDS = 150.0


async def tell(stack: Stack, letters: Iterable[OutgoingMessage]) -> None:
    """Say ``letters`` to the system, and wait until nothing is on its way any more."""

    async def each() -> AsyncIterator[OutgoingMessage]:
        for letter in letters:
            yield letter

    await send(stack.ports.amqp_url, each())
    await wait_until_idle(stack, WAITS, QUIET_SECONDS)


async def tell_world(stack: Stack, world: World) -> None:
    """Let the officials of ``world`` in, and say all it has to say."""
    await import_into(stack.ports.mongo_url, list(world.officials))
    await tell(stack, world.letters)
