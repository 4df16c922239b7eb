"""Large inputs are read by another thread, so that the service goes on answering."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

LARGE = 1 << 17  # bytes; 128 KiB are read in about 10 ms, 10 MB in up to a second


async def run_in_thread_if_large(size: int, read: Callable[P, R], *args: P.args, **named: P.kwargs) -> R:
    """Return ``read(*args, **named)``, called by another thread where its input is large.

    ``size`` is how many bytes it reads. What is small is read at once: a thread would cost more.
    """
    if size <= LARGE:
        return read(*args, **named)
    return await asyncio.to_thread(read, *args, **named)
