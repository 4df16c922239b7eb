"""Combining several background tasks and resources of a service into one."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

Resource = Callable[[], AsyncIterator[None]]


def combined(*parts: Resource) -> Resource:
    """Return one resource that opens ``parts`` in order and closes them in reverse order."""

    async def opened() -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for part in parts:
                await stack.enter_async_context(asynccontextmanager(part)())
            yield

    return opened
