"""Waiting for facts, not for time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

LOOK_EVERY = 0.05


async def until(ask: Callable[[], Awaitable[T | None]], seconds: float = 90.0) -> T:
    """Ask again and again until the answer is true, and return it; an answer that never comes is a failure.

    ``seconds`` is the patience of a loaded machine, not how long anything should take.
    """
    ends = time.monotonic() + seconds
    while True:
        answer = await ask()
        if answer:
            return answer
        if time.monotonic() > ends:
            raise AssertionError(f"waited {seconds:.0f} s in vain; the last answer was {answer!r}")
        await asyncio.sleep(LOOK_EVERY)
