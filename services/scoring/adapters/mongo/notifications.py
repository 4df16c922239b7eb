"""What cities were last told about solutions: the collection ``told``."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from services.scoring.adapters.mongo.facts import AT_ONCE
from services.scoring.domain.alerts import LastNotification
from shared.store.mongo import ASCENDING, Database, IndexModel, batches, keep_many_once


class MongoNotifications:
    """``NotificationRepository``: one document for each solution and letter key."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "told": [
            IndexModel([("solution", ASCENDING)], name="solution"),
            IndexModel([("city", ASCENDING)], name="city"),
        ]
    }

    def __init__(self, database: Database) -> None:
        self._collection = database["told"]

    async def about(self, solution: str, keys: Iterable[str]) -> dict[str, LastNotification]:
        notifications: dict[str, LastNotification] = {}
        for some in batches(sorted({f"{solution}|{key}" for key in keys}), AT_ONCE):
            for document in await self._collection.find({"_id": {"$in": list(some)}}).to_list(None):
                notifications[document["_id"].removeprefix(f"{solution}|")] = LastNotification.model_validate(
                    document
                )
        return notifications

    async def of_city(self, city: str) -> list[LastNotification]:
        return await self._where({"city": city})

    async def of_solution(self, solution: str, city: str | None = None) -> list[LastNotification]:
        return await self._where({"solution": solution} | ({} if city is None else {"city": city}))

    async def keep_first(self, told: Mapping[str, LastNotification]) -> frozenset[str]:
        keys = {f"{notification.solution}|{key}": key for key, notification in told.items()}
        documents = [{"_id": name, **told[key].model_dump(mode="json")} for name, key in keys.items()]
        new = await keep_many_once(self._collection, documents)
        return frozenset(keys[document["_id"]] for document in new)

    async def replace(self, key: str, told: LastNotification, before: LastNotification) -> bool:
        done = await self._collection.update_one(
            {"_id": f"{told.solution}|{key}", "token": before.token}, {"$set": told.model_dump(mode="json")}
        )
        return bool(done.matched_count)

    async def count(self) -> int:
        return int(await self._collection.count_documents({}))

    async def _where(self, query: Mapping[str, Any]) -> list[LastNotification]:
        documents = await self._collection.find(query).to_list(None)
        notifications = [LastNotification.model_validate(document) for document in documents]
        return sorted(
            notifications,
            key=lambda notification: (-notification.fit, notification.solution, notification.need),
        )
