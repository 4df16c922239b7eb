"""Faults, drawn from a seed: what is killed, stalled, cut, held, slowed, full or wrong, and for how long."""

import random
from dataclasses import dataclass
from datetime import timedelta

from citiesshare.local.stack import SERVICES

VICTIMS = (*SERVICES, "broker", "store")
LINES = ("broker line", "store line")
QUEUES = "queues"
# How wrong a clock is: by a bad source, a wrong zone, a slip of the hand, a dead battery.
WRONG_BY = (timedelta(minutes=2), timedelta(hours=1), timedelta(days=1), timedelta(days=400))


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
