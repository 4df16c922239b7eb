"""The use cases of the service, opened for one command on the store that the environment names."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.notifications.adapters.smtp_pool import SmtpPool
from services.notifications.app import SERVICE, open_context
from services.notifications.application.context import NotificationContext
from services.notifications.settings import Settings
from shared.settings import read_settings
from shared.store.mongo import open_database


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[NotificationContext, Settings]]:
    """The use cases and the settings, until the end of the block."""
    settings = read_settings(Settings)
    database = open_database(settings, SERVICE)
    try:
        yield open_context(settings, database, SmtpPool(settings.relay)), settings
    finally:
        await database.close()
