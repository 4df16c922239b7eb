"""Searches that posts saved, and what each was told of: the collection ``saved_searches``."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from services.notifications.domain.catalogue.saved import SavedSearch
from shared.store.mongo import ASCENDING, Database, Document, IndexModel, keep_once


class MongoSavedSearches:
    """One document for each post and search."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "saved_searches": [IndexModel([("official", ASCENDING)], name="official")]
    }

    def __init__(self, database: Database) -> None:
        self._database, self._collection = database, database["saved_searches"]

    async def save(self, search: SavedSearch) -> None:
        document = {
            "_id": search.id,
            "official": search.official,
            "name": search.name,
            "fields": dict(search.fields),
            "since": search.since,
            "told": [],
            "looked": "",
        }
        await keep_once(self._collection, document)

    async def officials(self) -> list[str]:
        rows = await self._database.aggregate("saved_searches", [{"$group": {"_id": "$official"}}])
        return sorted(str(row["_id"]) for row in rows)

    async def of_official(self, official: str) -> list[SavedSearch]:
        documents = await self._collection.find({"official": official}).to_list(None)
        return sorted(map(_search, documents), key=lambda search: (search.since, search.id))

    async def end(self, official: str, search: str | None = None) -> None:
        which = {"official": official, **({"_id": search} if search else {})}
        await self._collection.delete_many(which)

    async def looked_at(self, search: str, period: str, told: Sequence[str]) -> None:
        change = {"$set": {"looked": period}, "$addToSet": {"told": {"$each": [*told]}}}
        await self._collection.update_one({"_id": search}, change)


def _search(document: Document) -> SavedSearch:
    return SavedSearch(
        str(document["_id"]),
        document["official"],
        document["name"],
        document["fields"],
        document["since"],
        frozenset(document["told"]),
        document["looked"],
    )
