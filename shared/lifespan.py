"""Several things that are open while a service runs, as one."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

Alongside = Callable[[], AsyncIterator[None]]


def combined(*parts: Alongside) -> Alongside:
    """Open ``parts`` in order, and close them in reverse."""

    async def all_of_them() -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for part in parts:
                await stack.enter_async_context(asynccontextmanager(part)())
            yield

    return all_of_them
