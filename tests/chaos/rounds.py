"""One round for one seed: a world is told in disorder while things break; then everything is judged."""

import asyncio
import random
from collections.abc import Sequence

from aio_pika.exceptions import CONNECTION_EXCEPTIONS

from citiesshare.local.stack import Stack
from citiesshare.local.wait_idle import wait_until_idle
from services.notifications.adapters.officials_file import import_into
from services.submissions.adapters.amqp_sender import send
from services.submissions.application.outgoing_message import OutgoingMessage
from tests.chaos import checks, message_disorder, sample_world
from tests.chaos.checks import Verdict
from tests.chaos.fault_injection import Scene, healed, inflict
from tests.chaos.faults import Fault

QUIET_SECONDS = 240.0
WAITS = (1, 2)
# Other dice, so that what a seed drew before stays as it was.
DATE_DICE, CLOCK_DICE = 1_000_000, 2_000_000
SETTINGS = {
    "RETRY_WAITS": ",".join(map(str, WAITS)),
    "RETRY_ATTEMPTS": "60",
    "HANDING_LEASE": "6",
    "SMTP_TIMEOUT": "5",
    "LETTERS_BACK_OFF": "0",
}


async def play(scene: Scene, seed: int, *drawn: tuple[Fault, ...]) -> Verdict:
    """Play the round of ``seed`` and judge it when all is quiet again.

    Meanwhile the faults ``drawn`` happen: those of a row one after the other, the rows beside each other.
    """
    stack = scene.stack
    chance = message_disorder.chance_of(seed)
    told = sample_world.make(seed)
    poisoned = sample_world.poison(chance, 3)
    await import_into(stack.ports.mongo_url, list(told.officials))
    dated = message_disorder.misdated(message_disorder.chance_of(seed + DATE_DICE), told.letters)
    said = message_disorder.shuffle(chance, [*dated, *poisoned])
    lasts = max([1.0, *(sum(fault.after + fault.seconds for fault in row) for row in drawn)])
    async with asyncio.TaskGroup() as group:
        for row in drawn:
            group.create_task(inflict(scene, row))
        group.create_task(_tell(stack, chance, said, lasts))
    await healed(stack)
    quiet = await _comes_to_rest(stack)
    found = await checks.judge(stack, told, poisoned)
    found.wrong += [] if quiet else [f"not at rest after {QUIET_SECONDS:.0f} s"]
    return found


async def _comes_to_rest(stack: Stack) -> bool:
    try:
        await wait_until_idle(stack, WAITS, QUIET_SECONDS)
    except TimeoutError:
        return False
    return True


async def _tell(stack: Stack, chance: random.Random, said: Sequence[OutgoingMessage], seconds: float) -> None:
    """Say everything as a careful publisher would: what was not confirmed is said again."""
    left = list(said)
    while left:
        try:
            letters = message_disorder.delayed(chance, tuple(left), seconds)
            await send(stack.ports.amqp_url, letters, left.remove)
        except* (*CONNECTION_EXCEPTIONS, TimeoutError):
            await asyncio.sleep(0.5)
