"""kill -9 while letters go to a misbehaving relay: none lost, none double, what nobody knows is listed."""

import asyncio
import json
import os
import random
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from citiesshare.local.stack import Stack
from services.notifications.domain.letter_status import FINAL
from services.notifications.settings import Settings
from shared.store.mongo import open_database
from tests.waiting import until

ROOT = Path(__file__).parents[2]
SEED = 7
ENDS_IN = 900.0


async def started(*words: str, environment: Mapping[str, str] | None = None) -> tuple[Process, str]:
    """A Python module as a process of its own, and the first line it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *words), cwd=ROOT, stdout=PIPE, env={**os.environ, **(environment or {})}
    )
    assert process.stdout is not None
    return process, (await process.stdout.readline()).decode().strip()


@asynccontextmanager
async def bad_relay(taken: Path) -> AsyncIterator[str]:
    process, port = await started("tests.component.bad_relay", str(taken), str(SEED))
    try:
        yield port
    finally:
        process.kill()
        await process.wait()


def arrived(taken: Path) -> Counter[str]:
    """How often the relay took which letter."""
    return Counter(taken.read_text().split())


async def send_and_kill(many: int, environment: Mapping[str, str], taken: Path, most: int) -> int:
    """Start the sender until it comes to its end, killing it when some letters went; returns how often.

    What it is killed by is a fact, not a time: the relay took some more letters, and then a moment passed.
    """
    die, kills = random.Random(SEED), 0
    while True:
        process, _ = await started("tests.component.sending", str(many), environment=environment)
        ends = asyncio.create_task(process.wait())
        more = die.randint(1, many // (most + 2)) if kills < most else many
        await until(_ended_or_took(ends, taken, arrived(taken).total() + more), ENDS_IN)
        await asyncio.sleep(die.uniform(0, 0.1))
        if ends.done():
            assert process.returncode == 0
            return kills
        process.kill()
        await ends
        kills += 1


def _ended_or_took(ends: asyncio.Task[int], taken: Path, enough: int) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return ends.done() or arrived(taken).total() >= enough

    return ask


@pytest.mark.parametrize(
    ("many", "most"),
    [
        pytest.param(80, 3, id="80"),
        pytest.param(2000, 25, id="2000", marks=[pytest.mark.slow, pytest.mark.timeout(1800)]),
    ],
)
async def test_killed_at_random_points_it_loses_no_letter_and_sends_none_twice(
    backing: Stack, tmp_path: Path, many: int, most: int
) -> None:
    taken = tmp_path / "taken"
    taken.touch()
    environment = {
        "MONGO_URL": backing.ports.mongo_url,
        "MONGO_PREFIX": f"test_{uuid4().hex[:8]}_",
        "SMTP_TIMEOUT": "1",
        "LETTERS_BACK_OFF": "0.2",
        "LETTERS_ROUND": "0.2",
        "HANDING_LEASE": "3",
    }
    began = time.monotonic()
    async with bad_relay(taken) as port:
        kills = await send_and_kill(many, environment | {"SMTP_PORT": port}, taken, most)
    settings = Settings(mongo_url=environment["MONGO_URL"], mongo_prefix=environment["MONGO_PREFIX"])
    database = open_database(settings, "notifications")
    letters = await database["letters"].find({}, {"state": 1}).to_list(None)
    await database.close()
    states = {f"<{one['_id']}@{settings.mail_domain}>": str(one["state"]) for one in letters}
    came = arrived(taken)
    figures = {
        "letters": many,
        "kills": kills,
        **Counter(states.values()),
        "unknown and taken": sum(states[name] == "unknown" for name in came),
        "double": sum(times > 1 for times in came.values()),
        "lost": sum(state == "accepted" and name not in came for name, state in states.items()),
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps(figures))  # noqa: T201 - `pytest -s` shows the figures of docs/letters/README.md
    assert kills > 0
    assert len(states) == many
    assert set(states.values()) <= FINAL, "every letter came to an end"
    assert (figures["double"], figures["lost"]) == (0, 0)
    assert {states[name] for name in came} <= {"accepted", "unknown"}, "what was taken is known or listed"
