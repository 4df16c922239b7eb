"""What others sent about the records of a city, and was not accepted."""

from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from shared.events import Conflict, SubmissionRejected
from shared.store.mongo import ASCENDING, DESCENDING, Database, IndexModel, keep_many_once

SHOWN = 20


class StoredConflict(NamedTuple):
    """A word on a record of a city that was not the city's: when it came, and for which city it was sent."""

    at: datetime
    record: str
    sent_for: str


class ConflictRepository:
    """One document for each record and message, by the city that the record belongs to."""

    def __init__(self, database: Database) -> None:
        self._database, self._conflicts = database, database["conflicts"]

    async def prepare(self) -> None:
        """Create what the query below needs."""
        newest = IndexModel([("city", ASCENDING), ("at", DESCENDING)], name="city_at")
        await self._database.ensure_indexes("conflicts", [newest])

    async def keep(self, event: SubmissionRejected) -> None:
        """Keep the conflicts of a rejected message, once."""
        documents = [
            {
                "_id": _name(event, conflict),
                "city": conflict.owner,
                "record": conflict.record,
                "sent_for": conflict.city,
                "at": event.received,
            }
            for conflict in event.conflicts
        ]
        await keep_many_once(self._conflicts, documents)

    async def of(self, city: str) -> list[StoredConflict]:
        """Return the newest of a city, newest first."""
        cursor = self._conflicts.find({"city": city}).sort("at", DESCENDING).limit(SHOWN)
        documents = await cursor.to_list(None)
        return [StoredConflict(one["at"], one["record"], one["sent_for"]) for one in documents]


def _name(event: SubmissionRejected, conflict: Conflict) -> str:
    return sha256("\n".join((event.source, event.event, conflict.record)).encode()).hexdigest()
