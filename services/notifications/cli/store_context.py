"""The rooms of the service, opened for one command on the store that the environment names."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.notifications.adapters.smtp_pool import SmtpPool
from services.notifications.app import SERVICE, open_room
from services.notifications.handlers import HandlerContext
from services.notifications.settings import Settings
from shared.events import Event
from shared.settings import read_settings
from shared.store.mongo import open_database


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[HandlerContext, Settings]]:
    """The rooms and the settings, until the end of the block; imported late, for `preview` needs no store."""

    async def say(_: Event) -> None:
        raise AssertionError("no command says anything")

    settings = read_settings(Settings)
    database = open_database(settings, SERVICE)
    try:
        yield open_room(settings, database, SmtpPool(settings.relay), say), settings
    finally:
        await database.close()
