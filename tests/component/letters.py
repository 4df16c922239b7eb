"""Letters, and notifications without a broker: its real room on a real store; what it says nobody hears."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from services.notifications.adapters.smtp_pool import SmtpPool
from services.notifications.app import open_room
from services.notifications.domain.letters.alert import AlertLetter, write
from services.notifications.handlers import HandlerContext
from services.notifications.settings import Settings
from shared.events import Event
from shared.store.mongo import Database
from tests.builders import a_match, an_official, solution_matched


def a_letter(official: str = "official-1") -> AlertLetter:
    """An alert to an official about the usual match."""
    return write(solution_matched(), a_match(), an_official(id=official, email=f"{official}@example.org"))


async def nothing(_: Event) -> None:
    """Nobody listens."""


@asynccontextmanager
async def a_room(
    settings: Settings, database: Database, say: Callable[[Event], Awaitable[None]] = nothing
) -> AsyncIterator[HandlerContext]:
    """The room of the service, ready, with a pool that is closed in the end."""
    pool = SmtpPool(settings.relay)
    room = open_room(settings, database, pool, say)
    await room.prepare()
    yield room
    await pool.close()
