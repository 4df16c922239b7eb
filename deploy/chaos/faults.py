"""Faults, drawn from a seed: what is killed, stalled, cut, held, slowed, full or wrong, and for how long."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from deploy.chaos.clocks import Clock
from deploy.chaos.lines import Line
from deploy.chaos.queues import full
from deploy.local.processes import START_SECONDS, Child
from deploy.local.stack import SERVICES, Stack

VICTIMS = (*SERVICES, "broker", "store")
LINES = ("broker line", "store line")
QUEUES = "queues"
# A piece of a message waits so long on a slow line: a bad mobile network, there and back.
SLOW_SECONDS = 0.15
# How wrong a clock is: by a bad source, a wrong zone, a slip of the hand, a dead battery.
WRONG_BY = (timedelta(minutes=2), timedelta(hours=1), timedelta(days=1), timedelta(days=400))
log = structlog.get_logger()


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, ``after`` seconds since the one before ended, for ``seconds``.

    ``by`` is how wrong a clock is.
    """

    after: float
    victim: str
    kind: str
    seconds: float = 0.0
    by: timedelta = timedelta()


@dataclass(frozen=True)
class Scene:
    """What faults happen to: a stack, and the lines and clocks of its services, if they have any."""

    stack: Stack
    lines: Mapping[str, Line] = field(default_factory=dict)
    clocks: Mapping[str, Clock] = field(default_factory=dict)


def draw(chance: random.Random, count: int, lines: bool = False) -> tuple[Fault, ...]:
    """Draw ``count`` faults; services are hit most, and most that is hit is killed.

    With ``lines`` connections and queues are hit as well.
    """
    return tuple(
        _of_lines(chance) if lines and chance.random() < 0.4 else _of_parts(chance) for _ in range(count)
    )


def draw_steps(chance: random.Random, count: int) -> tuple[Fault, ...]:
    """Draw ``count`` steps of services' clocks, each taken back after some seconds."""
    return tuple(
        Fault(
            chance.uniform(0.2, 3),
            chance.choice(SERVICES),
            "step",
            chance.uniform(1, 6),
            chance.choice(WRONG_BY) * chance.choice((-1, 1)),
        )
        for _ in range(count)
    )


def _of_parts(chance: random.Random) -> Fault:
    victim = chance.choices(VICTIMS, weights=(3, 3, 3, 1, 2))[0]
    kind = "stall" if chance.random() < 0.3 else "kill"
    return _one(chance, victim, kind)


def _of_lines(chance: random.Random) -> Fault:
    victim = chance.choice((*LINES, QUEUES))
    kind = "full" if victim == QUEUES else chance.choice(("cut", "held", "slow"))
    return _one(chance, victim, kind)


def _one(chance: random.Random, victim: str, kind: str) -> Fault:
    seconds = 0.0 if kind in {"kill", "cut"} else chance.uniform(0.5, 4)
    return Fault(chance.uniform(0.2, 3), victim, kind, seconds)


async def inflict(scene: Scene, faults: tuple[Fault, ...]) -> None:
    """Let ``faults`` happen to ``scene`` one after the other."""
    for fault in faults:
        await asyncio.sleep(fault.after)
        by = {"wrong_by": f"{fault.by / timedelta(hours=1):+.2f} h"} if fault.by else {}
        log.info("fault", victim=fault.victim, kind=fault.kind, seconds=round(fault.seconds, 1), **by)
        await _inflict(scene, fault)


async def _inflict(scene: Scene, fault: Fault) -> None:
    match fault.kind:
        case "kill":
            scene.stack.children[fault.victim].kill()
        case "cut":
            scene.lines[fault.victim].cut()
        case _:
            async with _lasting(scene, fault):
                await asyncio.sleep(fault.seconds)


def _lasting(scene: Scene, fault: Fault) -> AbstractAsyncContextManager[None]:
    match fault.kind:
        case "stall":
            return _stalled(scene.stack.children[fault.victim])
        case "held":
            return scene.lines[fault.victim].held()
        case "slow":
            return scene.lines[fault.victim].slowed(SLOW_SECONDS)
        case "step":
            return scene.clocks[fault.victim].wrong(fault.by)
        case "full":
            return full(scene.stack.ports)
        case _:
            raise ValueError(f"no such fault: {fault.kind}")


@asynccontextmanager
async def _stalled(child: Child) -> AsyncIterator[None]:
    """Stop a process without ending it: it answers nobody, and its connections stay."""
    child.send(signal.SIGSTOP)
    try:
        yield
    finally:
        child.send(signal.SIGCONT)


async def healed(stack: Stack) -> None:
    """Wait until every part of ``stack`` answers again; raises TimeoutError."""
    async with asyncio.timeout(START_SECONDS * 2):
        for child in stack.children.values():
            while not (child.running and await child.ready()):  # noqa: ASYNC110 - a process sets no event
                await asyncio.sleep(0.2)
