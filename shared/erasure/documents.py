"""Erasing a person from the documents of a collection, while others write to it."""

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
    """Takes a person out of the documents of one database.

    A key that names the person becomes another key, by the same rule in every service, so that what refers to
    it still finds it.
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
        """Clean every document; return what was done, and the keys of what changed.

        ``also`` is written beside each change. ``person_for`` says what to take out of one document: nothing,
        or the addresses alone.
        """
        changed: list[str] = []
        async for found in self.database[collection].find({}):
            await asyncio.sleep(0)  # the service goes on hearing meanwhile
            person = person_for(found) if person_for else self.person
            if person is not None and person.is_in(found):
                changed.append(await _clean_one(self.database[collection], found, person, also))
        part = ErasedPart(place=collection, found=len(changed), changed=len(changed), remains=remains)
        return part, changed

    async def remove(self, collection: str, keys: Sequence[str]) -> int:
        """Remove documents by key; returns how many there were."""
        removed = 0
        for start in range(0, len(keys), 50):
            some = {"_id": {"$in": [*keys[start : start + 50]]}}
            removed += int((await self.database[collection].delete_many(some)).deleted_count)
        return removed


async def _clean_one(collection: Collection, found: Document, person: Person, also: Update) -> str:
    """Clean one document as it stands, again where somebody else wrote meanwhile; returns its key."""
    key = found["_id"]
    for _ in range(CONTENTIONS):
        after = person.without(dict(found))
        if after["_id"] != key:
            await keep_once(collection, after)
            await collection.delete_one({"_id": key})
            return str(after["_id"])
        before = {name: value for name, value in found.items() if after.get(name) != value}
        done = await collection.update_one({"_id": key, **before}, _update(found, after, also))
        if done.matched_count:
            break
        now = await collection.find_one({"_id": key})
        if now is None or not person.is_in(now):
            break
        found = now
    else:
        raise RetryableError(f"a document of {collection.name} is written by too many at once; ask again")
    return str(key)


def _update(found: Document, after: Document, also: Update) -> dict[str, dict[str, Any]]:
    """The update that changes ``found`` into ``after``; whoever read it before finds another version."""
    update: dict[str, dict[str, Any]] = {name: dict(fields) for name, fields in also.items()}
    new = {name: value for name, value in after.items() if found.get(name) != value}
    gone = dict.fromkeys(found.keys() - after.keys(), "")
    if new:
        update["$set"] = {**update.get("$set", {}), **new}
    if gone:
        update["$unset"] = {**update.get("$unset", {}), **gone}
    if "version" in found:
        update["$inc"] = {"version": 1}
    return update
