"""What cities wait for: the collection ``watches``."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from services.scoring.domain.alerts import Condition, Watch
from shared.store.mongo import ASCENDING, Database, IndexModel, keep_once


class MongoWatches:
    """``WatchRepository``: one document for each city, solution and condition."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "watches": [
            IndexModel([("solution", ASCENDING)], name="solution"),
            IndexModel([("city", ASCENDING)], name="city"),
        ]
    }

    def __init__(self, database: Database) -> None:
        self._collection = database["watches"]

    async def keep(self, watch: Watch) -> bool:
        document = {"city": watch.city, "solution": watch.solution, "condition": watch.condition.value}
        return await keep_once(self._collection, {"_id": watch.identity, **document})

    async def end(self, watch: Watch) -> bool:
        return bool((await self._collection.delete_one({"_id": watch.identity})).deleted_count)

    async def of_city(self, city: str) -> list[Watch]:
        return await self._where({"city": city})

    async def of_solution(self, solution: str) -> list[Watch]:
        return await self._where({"solution": solution})

    async def _where(self, query: Mapping[str, Any]) -> list[Watch]:
        documents = await self._collection.find(query).to_list(None)
        return [
            Watch(document["city"], document["solution"], Condition(document["condition"]))
            for document in documents
        ]
