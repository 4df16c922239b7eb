"""Which legacy packs were written: the collection ``packs``."""

from datetime import date, datetime

from shared.store.mongo import Database, keep_once


class MongoLegacyPacks:
    """One document for each city and day of a change of administration."""

    def __init__(self, database: Database) -> None:
        self._collection = database["packs"]

    async def was_written(self, city: str, day: date) -> bool:
        return await self._collection.find_one({"_id": f"{city}|{day}"}) is not None

    async def save(self, city: str, day: date, at: datetime, letters: int) -> None:
        await keep_once(self._collection, {"_id": f"{city}|{day}", "at": at, "letters": letters})
