"""When things were said, scored and told, by one clock: how long cities and officials wait."""

import json
import statistics
import time
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aio_pika.abc import AbstractIncomingMessage

from citiesshare.local.temporary_queue import temporary_queue
from tests.chaos.sample_world import ExpectedLetter


@dataclass(frozen=True)
class Waits:
    """How long things took: count, and milliseconds at the middle, at the 99th percentile and at most."""

    count: int
    p50: float
    p99: float
    most: float


@dataclass
class LatencyProbe:
    """Seconds at which a solution was said and first scored, and an official first got a letter about it."""

    said: dict[str, float] = field(default_factory=dict)
    scored: dict[str, float] = field(default_factory=dict)
    told: dict[tuple[str, str], float] = field(default_factory=dict)

    async def hear(self, message: AbstractIncomingMessage) -> None:
        """Note the first time."""
        now, event = time.perf_counter(), json.loads(message.body)
        if message.routing_key == "solution.scored":
            self.scored.setdefault(event["solution"], now)
        elif event["state"] == "accepted" and event.get("solution"):
            self.told.setdefault((event["official"], event["solution"]), now)

    def until_scored(self, solutions: Collection[str]) -> Waits:
        """How long ``solutions`` waited for their score, by those that got one."""
        return waits([self.scored[one] - self.said[one] for one in solutions if one in self.scored])

    def until_told(self, due: Collection[ExpectedLetter]) -> Waits:
        """How long it took until those to whom letters are ``due`` were told, by those that were."""
        pairs = [(one.official, one.solution) for one in due]
        return waits([self.told[pair] - self.said[pair[1]] for pair in pairs if pair in self.told])


def waits(seconds: Sequence[float]) -> Waits:
    """Sum up ``seconds``, at least two of them."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return Waits(len(seconds), 1000 * cuts[49], 1000 * cuts[98], 1000 * max(seconds))


@asynccontextmanager
async def latency_probe(url: str) -> AsyncIterator[LatencyProbe]:
    """An ear at the broker, with a queue of its own, until the end of the block."""
    ear = LatencyProbe()
    async with temporary_queue(url, ("solution.scored", "letter.sent"), ear.hear):
        yield ear
