"""Officials in and out as a file: the same JSON both ways."""

from pathlib import Path

from pydantic import TypeAdapter

from services.notifications.domain.models import Official
from services.notifications.settings import Settings
from services.notifications.store import Store
from services.notifications.topics import checked_topic
from shared.mongo import open_database

OFFICIALS: TypeAdapter[list[Official]] = TypeAdapter(list[Official])


def read_file(path: Path) -> list[Official]:
    """Return the officials in the JSON array ``path``.

    Raises pydantic's ValidationError, and ``ValueError`` where somebody wishes for a topic we do not know.
    """
    officials = OFFICIALS.validate_json(path.read_bytes())
    for row, official in enumerate(officials):
        for field in ("topics", "topics_off"):
            try:
                list(map(checked_topic, getattr(official, field)))
            except ValueError as error:
                raise ValueError(f"{row}.{field}: {error}") from None
    return officials


async def keep(mongo_url: str, officials: list[Official]) -> None:
    """Keep ``officials``, by id, in the store at ``mongo_url``."""
    database = open_database(Settings(mongo_url=mongo_url), "notifications")
    try:
        await Store(database).keep_officials(officials)
    finally:
        await database.close()
