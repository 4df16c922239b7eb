"""Questions of one city to another: the collection ``questions``."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from services.notifications.domain.questions import OPEN, CityQuestion
from shared.store.mongo import ASCENDING, DESCENDING, Database, Document, IndexModel, keep_once

MOST_AT_ONCE = 500


class MongoQuestions:
    """One document for each question."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "questions": [
            IndexModel([("city", ASCENDING), ("asked", DESCENDING)], name="city_asked"),
            IndexModel([("to", ASCENDING), ("asked", DESCENDING)], name="to_asked"),
            IndexModel([("waits", ASCENDING), ("asked", ASCENDING)], name="waits_asked"),
            IndexModel([("told", ASCENDING), ("updated", ASCENDING)], name="told_updated"),
        ]
    }

    def __init__(self, database: Database) -> None:
        self._collection = database["questions"]

    async def add(self, question: CityQuestion) -> bool:
        return await keep_once(self._collection, _document(question))

    async def find(self, question: str) -> CityQuestion | None:
        document = await self._collection.find_one({"_id": question})
        return _question(document) if document else None

    async def replace(self, before: CityQuestion, after: CityQuestion) -> bool:
        same = {"_id": before.id, "version": before.version}
        return bool((await self._collection.replace_one(same, _document(after))).matched_count)

    async def note_told(self, question: CityQuestion) -> None:
        same = {"_id": question.id, "version": question.version}
        change = {"$set": {"told": True, "question.told": True}}
        await self._collection.update_one(same, change)

    async def of_city(self, city: str) -> list[CityQuestion]:
        # One query for each index: asked for either at once, the embedded store looks at everything.
        found: dict[str, Document] = {}
        for side in ("to", "city"):
            cursor = self._collection.find({side: city}).sort("asked", DESCENDING).limit(MOST_AT_ONCE)
            found |= {str(document["_id"]): document for document in await cursor.to_list(None)}
        return [_question(document) for document in found.values()]

    async def waiting_since(self, before: datetime) -> list[CityQuestion]:
        waits = {"waits": True, "asked": {"$lt": before}}
        cursor = self._collection.find(waits).sort("asked", ASCENDING).limit(MOST_AT_ONCE)
        return [_question(document) for document in await cursor.to_list(None)]

    async def not_told(self, before: datetime) -> list[CityQuestion]:
        untold = {"told": False, "updated": {"$lt": before}}
        cursor = self._collection.find(untold).sort("updated", ASCENDING).limit(MOST_AT_ONCE)
        return [_question(document) for document in await cursor.to_list(None)]


def _document(question: CityQuestion) -> dict[str, Any]:
    """``waits`` is true while a reminder is still to come."""
    return {
        "_id": question.id,
        "city": question.city,
        "to": question.to,
        "asked": question.asked,
        "updated": question.updated,
        "version": question.version,
        "told": question.told,
        "waits": question.state in OPEN and not question.reminded,
        "question": question.model_dump(mode="json"),
    }


def _question(document: Mapping[str, Any]) -> CityQuestion:
    return CityQuestion.model_validate(document["question"])
