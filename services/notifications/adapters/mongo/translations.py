"""What a machine translated: the collection ``translations``."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from shared.store.mongo import Database


class MongoTranslations:
    """One document for each text and pair of languages, under a hash of them."""

    def __init__(self, database: Database) -> None:
        self._collection = database["translations"]

    async def find(self, keys: Iterable[str]) -> Mapping[str, str]:
        documents = await self._collection.find({"_id": {"$in": sorted(keys)}}).to_list(None)
        return {str(document["_id"]): str(document["text"]) for document in documents}

    async def save(self, key: str, text: str, languages: tuple[str, str], at: datetime) -> None:
        source, target = languages
        document: dict[str, Any] = {"text": text, "source": source, "target": target, "at": at}
        await self._collection.update_one({"_id": key}, {"$set": document}, upsert=True)
