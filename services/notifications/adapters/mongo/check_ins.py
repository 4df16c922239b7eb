"""What cities are asked about their own attempts: the collection ``check_ins``."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, time
from typing import ClassVar

from services.notifications.application.stored_models import StoredCheckIn
from shared.events import OutcomeDue
from shared.store.mongo import ASCENDING, Database, DuplicateKeyError, IndexModel

LATEST = 100


class MongoCheckIns:
    """The newest question about each attempt by its id, and about each adoption by ``effect|<id>``."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "check_ins": [IndexModel([("city", ASCENDING)], name="city")]
    }

    def __init__(self, database: Database) -> None:
        self._collection = database["check_ins"]

    async def save(self, event: OutcomeDue, asked: datetime) -> None:
        due = datetime.combine(event.due, time(), UTC)
        document = {
            "city": event.city,
            "due": due,
            "months": event.months,
            "asked": asked,
            "event": event.model_dump(mode="json"),
        }
        key = event.subject if event.asks == "outcome" else f"{event.asks}|{event.subject}"
        another = {"_id": key, "months": {"$ne": event.months}}
        with suppress(DuplicateKeyError):  # the same question came again
            await self._collection.update_one(another, {"$set": document}, upsert=True)

    async def of_city(self, city: str) -> list[StoredCheckIn]:
        documents = await self._collection.find({"city": city}).to_list(LATEST)
        questions = [
            StoredCheckIn(OutcomeDue.model_validate(document["event"]), document["asked"])
            for document in documents
        ]
        return sorted(questions, key=lambda stored: (stored.question.due, stored.question.solution))
