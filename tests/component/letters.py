"""Letters, and notifications without a broker: its use cases on a real store."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from services.notifications.adapters.mongo.letters import MongoLetters
from services.notifications.adapters.smtp_pool import SmtpPool
from services.notifications.app import open_context, prepare_store
from services.notifications.application.context import NotificationContext
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.domain.letters.alert import AlertLetter, write
from services.notifications.domain.officials import Official
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
async def a_context(settings: Settings, database: Database) -> AsyncIterator[NotificationContext]:
    """The use cases of the service, ready, with a pool that is closed in the end."""
    pool = SmtpPool(settings.relay)
    await prepare_store(database)
    context = open_context(settings, database, pool)
    yield context
    await context.pdf.close()
    await pool.close()


async def save_officials(store: NotificationRepositories, officials: Iterable[Official]) -> None:
    """Store officials as they are now."""
    for official in officials:
        await store.officials.save(official, "import")


async def letter_document(store: NotificationRepositories, letter: str) -> dict[str, Any]:
    """A letter as it stands in the store."""
    document = await collection(store).find_one({"_id": letter})
    assert document is not None
    return dict(document)


async def letters_to(store: NotificationRepositories, official: str) -> list[dict[str, Any]]:
    """The letters to an official as they stand in the store."""
    documents: list[dict[str, Any]] = await collection(store).find({"official": official}).to_list(None)
    return documents


def collection(store: NotificationRepositories) -> Any:  # noqa: ANN401 - of either driver
    assert isinstance(store.letters, MongoLetters)
    return store.letters._collection
