"""Faults, drawn from a seed: kill, stall and let go on again any service, the broker or the store."""

import asyncio
import random
import signal
from dataclasses import dataclass
from typing import Literal

import structlog

from deploy.local.processes import START_SECONDS
from deploy.local.stack import Stack

VICTIMS = ("submissions", "scoring", "notifications", "broker", "store")
log = structlog.get_logger()


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, ``after`` seconds since the one before."""

    after: float
    victim: str
    kind: Literal["kill", "stall"]
    seconds: float = 0.0


def draw(chance: random.Random, count: int) -> tuple[Fault, ...]:
    """Draw ``count`` faults; most kill, some stall for a moment; services are hit most."""
    return tuple(_one(chance) for _ in range(count))


def _one(chance: random.Random) -> Fault:
    victim = chance.choices(VICTIMS, weights=(3, 3, 3, 1, 2))[0]
    kind: Literal["kill", "stall"] = "stall" if chance.random() < 0.3 else "kill"
    seconds = chance.uniform(0.5, 4) if kind == "stall" else 0.0
    return Fault(chance.uniform(0.2, 3), victim, kind, seconds)


async def inflict(stack: Stack, faults: tuple[Fault, ...]) -> None:
    """Let ``faults`` happen to ``stack`` one after the other."""
    for fault in faults:
        await asyncio.sleep(fault.after)
        log.info("fault", victim=fault.victim, kind=fault.kind, seconds=round(fault.seconds, 1))
        await _inflict(stack, fault)


async def _inflict(stack: Stack, fault: Fault) -> None:
    child = stack.children[fault.victim]
    if fault.kind == "kill":
        child.kill()
        return
    child.send(signal.SIGSTOP)
    try:
        await asyncio.sleep(fault.seconds)
    finally:
        child.send(signal.SIGCONT)


async def healed(stack: Stack) -> None:
    """Wait until every part of ``stack`` answers again; raises TimeoutError."""
    async with asyncio.timeout(START_SECONDS * 2):
        for child in stack.children.values():
            while not (child.running and await child.ready()):  # noqa: ASYNC110 - a process sets no event
                await asyncio.sleep(0.2)
