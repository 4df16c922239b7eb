"""Drafts that procurement data made, and who was told of each: the collection ``draft_notices``."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from services.notifications.application.stored_models import DraftNotice
from shared.store.mongo import ASCENDING, Database, IndexModel, batches, keep_once

AT_ONCE = 100
MOST_OF_A_CITY = 1_000


class MongoDraftNotices:
    """One document for each draft, by the key of its record; it stays, so that nobody is told twice."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "draft_notices": [IndexModel([("waits", ASCENDING), ("city", ASCENDING)], name="waits_city")]
    }

    def __init__(self, database: Database) -> None:
        self._database, self._collection = database, database["draft_notices"]

    async def add(self, record: str, city: str, now: datetime) -> None:
        notice = {"_id": record, "city": city, "since": now, "waits": True, "told": []}
        await keep_once(self._collection, notice)

    async def cities(self) -> list[str]:
        by_city: list[dict[str, Any]] = [{"$match": {"waits": True}}, {"$group": {"_id": "$city"}}]
        return sorted(str(row["_id"]) for row in await self._database.aggregate("draft_notices", by_city))

    async def of_city(self, city: str) -> list[DraftNotice]:
        cursor = self._collection.find({"waits": True, "city": city}).limit(MOST_OF_A_CITY)
        notices = [
            DraftNotice(str(document["_id"]), document["since"], frozenset(document["told"]))
            for document in await cursor.to_list(None)
        ]
        return sorted(notices, key=lambda notice: (notice.since, notice.key))

    async def tick_off(self, records: Sequence[str], official: str) -> None:
        await self._update(records, {"$addToSet": {"told": official}})

    async def settle(self, records: Sequence[str]) -> None:
        await self._update(records, {"$set": {"waits": False}})

    async def _update(self, records: Sequence[str], change: Mapping[str, Any]) -> None:
        for some in batches(records, AT_ONCE):
            await self._collection.update_many({"_id": {"$in": [*some]}}, change)
