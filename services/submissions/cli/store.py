"""How commands reach the store: the service's own settings, from the environment."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from services.submissions.settings import Settings
from shared.mongo import Database, open_database
from shared.settings import read_settings

R = TypeVar("R")


def with_database(work: Callable[[Database], Awaitable[R]]) -> R:
    """Run ``work`` with the database of the submissions service (``MONGO_URL``), and close it."""

    async def run() -> R:
        database = open_database(read_settings(Settings), "submissions")
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())
