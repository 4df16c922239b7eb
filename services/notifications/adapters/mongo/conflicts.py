"""What others sent about the records of a city, and was not accepted: the collection ``conflicts``."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import ClassVar

from services.notifications.application.stored_models import StoredConflict
from shared.events import Conflict, SubmissionRejected
from shared.store.mongo import ASCENDING, DESCENDING, Database, IndexModel, keep_many_once

MOST_SHOWN = 20


class MongoConflicts:
    """One document for each record and message, by the city that the record belongs to."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "conflicts": [IndexModel([("city", ASCENDING), ("at", DESCENDING)], name="city_at")]
    }

    def __init__(self, database: Database) -> None:
        self._collection = database["conflicts"]

    async def save(self, event: SubmissionRejected) -> None:
        documents = [
            {
                "_id": _key(event, conflict),
                "city": conflict.owner,
                "record": conflict.record,
                "sent_for": conflict.city,
                "at": event.received,
            }
            for conflict in event.conflicts
        ]
        await keep_many_once(self._collection, documents)

    async def of_city(self, city: str) -> list[StoredConflict]:
        cursor = self._collection.find({"city": city}).sort("at", DESCENDING).limit(MOST_SHOWN)
        documents = await cursor.to_list(None)
        return [
            StoredConflict(document["at"], document["record"], document["sent_for"]) for document in documents
        ]


def _key(event: SubmissionRejected, conflict: Conflict) -> str:
    return sha256("\n".join((event.source, event.event, conflict.record)).encode()).hexdigest()
