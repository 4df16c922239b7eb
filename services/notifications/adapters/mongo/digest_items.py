"""What waits for a digest, or was in one: the collection ``waiting``."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from pydantic import ValidationError

from services.notifications.application.stored_models import (
    FailedItems,
    NewDigestItem,
    WaitingItem,
    WaitingSpan,
)
from services.notifications.domain.letters.digest import DigestItem, DigestLetter
from shared.store.mongo import ASCENDING, Database, Document, IndexModel, keep_many_once

MOST_OF_A_READER = 1_000
KEYS_AT_ONCE = 50


class MongoDigestItems:
    """One document for each official, solution, need and band."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "waiting": [IndexModel([("state", ASCENDING), ("official", ASCENDING)], name="state_official")]
    }

    def __init__(self, database: Database) -> None:
        self._database, self._collection = database, database["waiting"]

    async def add(self, items: Iterable[NewDigestItem], now: datetime) -> None:
        await keep_many_once(self._collection, [_document(item, now) for item in items])

    async def digests_about(self, official: str, solution: str) -> frozenset[str | None]:
        about = {"state": "in_digest", "official": official, "below": False, "item.solution": solution}
        documents = await self._collection.find(about, {"digest": 1}).to_list(None)
        return frozenset(document.get("digest") for document in documents)

    async def waiting(self) -> dict[str, WaitingSpan]:
        span = {"_id": "$official", "first": {"$min": "$held"}, "last": {"$max": "$held"}}
        rows = await self._database.aggregate("waiting", [{"$match": {"state": "held"}}, {"$group": span}])
        return {str(row["_id"]): WaitingSpan(row["first"], row["last"]) for row in rows}

    async def due(self, official: str, closes: datetime, now: datetime) -> list[WaitingItem]:
        waiting = {"state": "held", "official": official}
        documents = await self._collection.find(waiting).to_list(MOST_OF_A_READER)
        return [_waiting_item(document) for document in documents if not closes < document["held"] <= now]

    async def drop(self, key: str, why: str) -> None:
        await self._collection.update_one({"_id": key}, {"$set": {"state": "dropped", "why": why}})

    async def drop_all(self, official: str, why: str) -> None:
        waiting = {"official": official, "state": "held"}
        await self._collection.update_many(waiting, {"$set": {"state": "dropped", "why": why}})

    async def put_in_digest(self, official: str, digest: DigestLetter, now: datetime) -> None:
        keys = [_key(official, item) for item in (*digest.everything(), *digest.told)]
        counted = {"official": official, "state": "held", "below": True}
        change = {"$set": {"state": "in_digest", "digest": digest.id}}
        for held in ({"$lte": digest.written}, {"$gt": now}):
            await self._collection.update_many({**counted, "held": held}, change)
        for first in range(0, len(keys), KEYS_AT_ONCE):
            await self._collection.update_many({"_id": {"$in": keys[first : first + KEYS_AT_ONCE]}}, change)

    async def set_aside(self, official: str, why: str, now: datetime) -> int:
        return await self._set_aside({"official": official}, why, now)

    async def set_item_aside(self, key: str, why: str, now: datetime) -> int:
        return await self._set_aside({"_id": key}, why, now)

    async def _set_aside(self, which: Mapping[str, str], why: str, now: datetime) -> int:
        failed = {"$set": {"state": "failed", "why": why, "failed": now}}
        updated = await self._collection.update_many({**which, "state": "held"}, failed)
        return int(updated.modified_count)

    async def failed(self) -> list[FailedItems]:
        group = {
            "_id": {"official": "$official", "why": "$why"},
            "items": {"$sum": 1},
            "since": {"$min": "$failed"},
        }
        rows = await self._database.aggregate("waiting", [{"$match": {"state": "failed"}}, {"$group": group}])
        failed = (
            FailedItems(str(row["_id"]["official"]), str(row["_id"]["why"]), int(row["items"]), row["since"])
            for row in rows
        )
        return sorted(failed, key=lambda items: (items.official, items.why))

    async def retry(self, official: str | None = None) -> int:
        which = {"state": "failed", **({"official": official} if official else {})}
        updated = await self._collection.update_many(
            which, {"$set": {"state": "held"}, "$unset": {"why": "", "failed": ""}}
        )
        return int(updated.modified_count)


def _document(new: NewDigestItem, now: datetime) -> dict[str, Any]:
    return {
        "_id": _key(new.official, new.item),
        "official": new.official,
        "state": "held",
        "below": new.below,
        "held": now,
        "letter": new.letter,
        "item": new.item.model_dump(mode="json"),
    }


def _waiting_item(document: Document) -> WaitingItem:
    waiting = WaitingItem(document["_id"], document["held"], document.get("letter"), document["below"])
    if waiting.below:
        return waiting
    try:
        return waiting._replace(item=DigestItem.model_validate(document["item"]))
    except ValidationError as error:
        return waiting._replace(error=error)


def _key(official: str, item: DigestItem) -> str:
    return f"{official}|{item.solution}|{item.need}|{item.band}"
