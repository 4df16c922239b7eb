"""Officials in and out as a file: the same JSON both ways."""

from pathlib import Path

from pydantic import TypeAdapter

from services.notifications.domain.models import Official
from services.notifications.settings import Settings
from services.notifications.store import Store
from shared.mongo import open_database

OFFICIALS: TypeAdapter[list[Official]] = TypeAdapter(list[Official])


def read_file(path: Path) -> list[Official]:
    """Return the officials in the JSON array ``path``. Raises pydantic's ValidationError."""
    return OFFICIALS.validate_json(path.read_bytes())


async def keep(mongo_url: str, officials: list[Official]) -> None:
    """Keep ``officials``, by id, in the store at ``mongo_url``."""
    database = open_database(Settings(mongo_url=mongo_url), "notifications")
    try:
        await Store(database).keep_officials(officials)
    finally:
        await database.close()
