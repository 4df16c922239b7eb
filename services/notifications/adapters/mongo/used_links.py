"""Sign-in links that were used: the collection ``used``."""

from datetime import datetime

from shared.store.mongo import Database, keep_once


class MongoUsedLinks:
    """One document for each letter whose link was used."""

    def __init__(self, database: Database) -> None:
        self._collection = database["used"]

    async def use(self, letter: str, at: datetime) -> bool:
        return await keep_once(self._collection, {"_id": letter, "at": at})
