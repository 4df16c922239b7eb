"""Erasing a person from the documents of a collection during concurrent writes."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shared.erasure.person import Person
from shared.erasure.receipt import ErasedPart
from shared.errors import RetryableError
from shared.store.mongo import Collection, Database, keep_once

CONTENTIONS = 20
Document = Mapping[str, Any]
Update = Mapping[str, Mapping[str, Any]]
NOTHING_MORE: Update = {}


class Eraser:
    """Removes a person from the documents of one database.

    A key that names the person is replaced by the same rule in every service, so that references stay valid.
    """

    def __init__(self, database: Database, person: Person) -> None:
        self.database, self.person = database, person

    async def clean(
        self,
        collection: str,
        also: Update = NOTHING_MORE,
        person_for: Callable[[Document], Person | None] | None = None,
        remains: str | None = None,
    ) -> tuple[ErasedPart, list[str]]:
        """Clean every document of ``collection``; return the result and the keys of the changed documents.

        ``also`` is an update that is applied with each change. ``person_for`` returns whom to erase from one
        document: None for nothing, or a person by e-mail addresses alone. ``remains`` is a text for the
        receipt.
        """
        changed: list[str] = []
        async for document in self.database[collection].find({}):
            await asyncio.sleep(0)  # let other tasks of the service run
            person = person_for(document) if person_for else self.person
            if person is not None and person.is_in(document):
                changed.append(await _clean_one(self.database[collection], document, person, also))
        part = ErasedPart(place=collection, found=len(changed), changed=len(changed), remains=remains)
        return part, changed

    async def remove(self, collection: str, keys: Sequence[str]) -> int:
        """Delete documents by key; returns how many were deleted."""
        removed = 0
        for start in range(0, len(keys), 50):
            batch = {"_id": {"$in": [*keys[start : start + 50]]}}
            removed += int((await self.database[collection].delete_many(batch)).deleted_count)
        return removed


async def _clean_one(collection: Collection, document: Document, person: Person, also: Update) -> str:
    """Clean one document and retry where it was changed concurrently; returns its new key.

    Raises RetryableError after ``CONTENTIONS`` concurrent changes.
    """
    key = document["_id"]
    for _ in range(CONTENTIONS):
        after = person.without(dict(document))
        if after["_id"] != key:
            await keep_once(collection, after)
            await collection.delete_one({"_id": key})
            return str(after["_id"])
        before = {name: value for name, value in document.items() if after.get(name) != value}
        result = await collection.update_one({"_id": key, **before}, _update(document, after, also))
        if result.matched_count:
            break
        current = await collection.find_one({"_id": key})
        if current is None or not person.is_in(current):
            break
        document = current
    else:
        raise RetryableError(
            f"a document of {collection.name} changed {CONTENTIONS} times during its erasure: try again"
        )
    return str(key)


def _update(document: Document, after: Document, also: Update) -> dict[str, dict[str, Any]]:
    """Return the update from ``document`` to ``after``; it increments ``version`` for optimistic locking."""
    update: dict[str, dict[str, Any]] = {name: dict(fields) for name, fields in also.items()}
    new = {name: value for name, value in after.items() if document.get(name) != value}
    gone = dict.fromkeys(document.keys() - after.keys(), "")
    if new:
        update["$set"] = {**update.get("$set", {}), **new}
    if gone:
        update["$unset"] = {**update.get("$unset", {}), **gone}
    if "version" in document:
        update["$inc"] = {"version": 1}
    return update
