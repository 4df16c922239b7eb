"""Clocks set wrong: a running process is told another time of day, and everything it waits for goes on."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.chaos.clocks import Clock, clocks
from tests.chaos.faults import draw, draw_steps
from tests.chaos.message_disorder import chance_of

# Asked by a line, it says what it takes for the time, by each way Python has, and how long a wait took it.
ASKED = """
import asyncio, datetime, sys, threading, time, uvloop

async def main():
    for _ in sys.stdin:
        began = time.monotonic()
        await asyncio.sleep(0.05)
        await asyncio.to_thread(time.sleep, 0.05)
        await asyncio.to_thread(threading.Event().wait, 0.05)
        waited = time.monotonic() - began
        print(datetime.datetime.now(datetime.UTC).timestamp(), time.time(), waited, flush=True)

uvloop.run(main())
"""
A_DAY = timedelta(days=1)


@asynccontextmanager
async def child(clock: Clock) -> AsyncIterator[Process]:
    """A Python process that goes by ``clock``."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ASKED, stdin=PIPE, stdout=PIPE, env=clock.settings
    )
    yield process
    process.kill()
    await process.wait()


async def asked(process: Process) -> tuple[float, float, float]:
    """Two readings of the clock, and how long a wait of 0.15 s took."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"\n")
    now, also_now, waited = (await process.stdout.readline()).split()
    return float(now), float(also_now), float(waited)


@pytest.mark.parametrize("by", [A_DAY, -A_DAY, 400 * A_DAY, -400 * A_DAY], ids=str)
async def test_a_clock_is_stepped_and_stepped_back_while_waits_go_on(tmp_path: Path, by: timedelta) -> None:
    made = clocks(tmp_path, ["one", "other"])
    async with child(made["one"]) as one, child(made["other"]) as other:
        began = await asked(one)
        async with made["one"].wrong(by):
            meanwhile, untouched = await asked(one), await asked(other)
        after = await asked(one)
    for reading in (0, 1):
        assert meanwhile[reading] - began[reading] == pytest.approx(by.total_seconds(), abs=60)
        assert untouched[reading] - began[reading] == pytest.approx(0, abs=60)
        assert after[reading] - began[reading] == pytest.approx(0, abs=60)
    assert all(0.15 <= waited < 30 for _, _, waited in (began, meanwhile, after))


async def test_a_process_that_starts_meanwhile_has_the_wrong_time(tmp_path: Path) -> None:
    made = clocks(tmp_path, ["one"])
    async with child(made["one"]) as before, made["one"].wrong(A_DAY), child(made["one"]) as started:
        assert (await asked(started))[0] == pytest.approx((await asked(before))[0], abs=60)


def test_without_a_compiler_no_clock_can_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert clocks(tmp_path, ["one"]) == {}


def test_a_seed_steps_the_same_clocks_beside_the_faults_that_it_always_drew() -> None:
    assert draw_steps(chance_of(7), 5) == draw_steps(chance_of(7), 5) != draw_steps(chance_of(8), 5)
    assert [(fault.victim, fault.kind) for fault in draw(chance_of(1), 4, lines=True)] == [
        ("broker line", "held"),
        ("scoring", "stall"),
        ("queues", "full"),
        ("notifications", "stall"),
    ]
