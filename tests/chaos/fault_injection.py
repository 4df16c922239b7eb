"""What faults happen to, and how they are made to happen to it."""

import asyncio
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from citiesshare.local.processes import START_SECONDS, Child
from citiesshare.local.stack import Stack
from tests.chaos.clocks import Clock
from tests.chaos.faults import Fault
from tests.chaos.full_queues import full
from tests.chaos.network_proxy import NetworkProxy

# A piece of a message waits so long on a slow line: a bad mobile network, there and back.
SLOW_SECONDS = 0.15
log = structlog.get_logger()


@dataclass(frozen=True)
class Scene:
    """What faults happen to: a stack, and the lines and clocks of its services, if they have any."""

    stack: Stack
    lines: Mapping[str, NetworkProxy] = field(default_factory=dict)
    clocks: Mapping[str, Clock] = field(default_factory=dict)


async def inflict(scene: Scene, faults: Sequence[Fault]) -> None:
    """Let ``faults`` happen to ``scene`` one after the other."""
    for fault in faults:
        await asyncio.sleep(fault.after)
        more = {"wrong_by": f"{fault.by / timedelta(hours=1):+.2f} h"} if fault.by else {}
        log.info("fault", victim=fault.victim, kind=fault.kind, seconds=round(fault.seconds, 1), **more)
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
