"""A value that does not change while the service runs and takes much CPU to build."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class BuiltOnce(Generic[T]):
    """A value that is built at the first request, in another thread.

    The AsyncAPI document takes half a second of CPU. If it were built for each request, unauthenticated
    requests could overload the service.
    """

    def __init__(self, build: Callable[[], T]) -> None:
        self._build, self._lock = build, asyncio.Lock()
        self._built: T | None = None

    async def value(self) -> T:
        """Return the value, built by the first call. Raises errors of ``build``; the next call retries."""
        async with self._lock:
            if self._built is None:
                self._built = await asyncio.to_thread(self._build)
        return self._built
