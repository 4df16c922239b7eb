"""Officials: the collection ``officials``. Every write notes its way, and none overwrites another holder.

A page reads an official, and writes a moment later: in between the post may have gone to somebody else. So a
write names the fields it changes and the holder it read, and does nothing where somebody else holds the post.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

from services.notifications.adapters.time_zones import known_zone
from services.notifications.application.stored_models import ImportResult, OfficialLookup
from services.notifications.domain.addresses import address_hash, normal_address, same_address
from services.notifications.domain.official_changes import (
    HOLDER,
    MOST_CHANGES,
    OF_THE_POST,
    PREFERENCES,
    HolderChanged,
    OfficialChange,
    Way,
    changed_fields,
)
from services.notifications.domain.official_import import changes
from services.notifications.domain.officials import Official
from shared.store.mongo import ASCENDING, Database, Document, IndexModel, keep_once

MOST_POSTS = 20
CONTENTIONS = 10
RowResult = Literal["added", "changed", "same", "gone"]


class MongoOfficials:
    """One document for each post, with its holder and its changes."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "officials": [
            IndexModel([("city", ASCENDING)], name="city"),
            IndexModel([("email", ASCENDING)], name="email"),
            IndexModel([("address", ASCENDING)], name="address"),
        ]
    }

    def __init__(self, database: Database) -> None:
        self._collection = database["officials"]

    async def add_addresses(self) -> None:
        """Add the comparable address where an older version stored none."""
        without = await self._collection.find({"address": {"$exists": False}}, {"email": 1}).to_list(None)
        for document in without:
            unchanged = {"_id": document["_id"], "email": document["email"]}
            address = normal_address(str(document["email"]))
            await self._collection.update_one(unchanged, {"$set": {"address": address}})

    async def find(self, official: str) -> Official | None:
        document = await self._collection.find_one({"_id": official})
        return Official.model_validate(document) if document else None

    async def many(self, officials: Iterable[str]) -> list[Official]:
        return [Official.model_validate(document) for document in await self._documents(officials)]

    async def readable(self, officials: Iterable[str]) -> OfficialLookup:
        read, unreadable = list[Official](), dict[str, Exception]()
        for document in await self._documents(officials):
            try:
                read.append(Official.model_validate(document))
            except Exception as error:  # noqa: BLE001 - one document that makes no sense never stops the rest
                unreadable[str(document["_id"])] = error
        return OfficialLookup(tuple(read), unreadable)

    async def _documents(self, officials: Iterable[str]) -> list[Document]:
        return await self._collection.find({"_id": {"$in": [*officials]}}).to_list(None)

    async def find_by_address(self, address: str) -> list[Official]:
        cursor = self._collection.find({"address": normal_address(address)}).limit(MOST_POSTS)
        officials = map(Official.model_validate, await cursor.to_list(None))
        same = (official for official in officials if same_address(official.email, address))
        return sorted(same, key=lambda official: official.id)

    async def of_city(self, city: str) -> list[Official]:
        documents = await self._collection.find({"city": city}, {"_id": 0}).to_list(None)
        return [Official.model_validate(document) for document in documents]

    async def all(self, city: str | None = None) -> list[Official]:
        documents = await self._collection.find({"city": city} if city else {}, {"_id": 0}).to_list(None)
        return sorted(map(Official.model_validate, documents), key=lambda official: official.id)

    async def addresses(self) -> list[str]:
        documents = await self._collection.find({}, {"email": 1}).to_list(None)
        return [str(document["email"]) for document in documents]

    async def changes(self, official: str) -> list[OfficialChange]:
        document = await self._collection.find_one({"_id": official}, {"changes": 1})
        changes = map(OfficialChange.model_validate, (document or {}).get("changes", []))
        return sorted(changes, key=lambda change: change.at, reverse=True)

    async def save(self, official: Official, way: Way) -> None:
        document = await self._collection.find_one({"_id": official.id})
        before = Official.model_validate(document) if document else None
        update: dict[str, Any] = {"$set": as_document(official)}
        if fields := changed_fields(before, official):
            update |= _logged(way, fields)
        if before is not None and HOLDER & set(fields):
            update["$unset"] = {"before": ""}
        await self._collection.update_one({"_id": official.id}, update, upsert=True)

    async def import_officials(self, officials: Sequence[Official], way: Way = "import") -> ImportResult:
        rows = [await self._import_row(official, way) for official in officials]
        added, changed = (
            frozenset(official.id for official, result in rows if result == wanted)
            for wanted in ("added", "changed")
        )
        return ImportResult(tuple(official for official, _ in rows), added, changed)

    async def _import_row(self, row: Official, way: Way) -> tuple[Official, RowResult]:
        """Import one official; return it as it stands now, and what became of the row."""
        new = {"_id": row.id, **as_document(row), "changes": [_entry(way, changed_fields(None, row))]}
        if await keep_once(self._collection, new):
            return row, "added"
        for _ in range(CONTENTIONS):
            document = await self._collection.find_one({"_id": row.id})
            if document is None:
                return row, "gone"
            current = Official.model_validate(document)
            changed = changes(
                current,
                row,
                former=_handed_over_by(document, row.email),
                zone_unknown=known_zone(current.timezone) is None,
            )
            after = Official.model_validate({**current.model_dump(mode="json"), **changed})
            with suppress(HolderChanged):
                await self._change_citys(current, after, changed, way)
                return after, "changed" if changed else "same"
        raise HolderChanged(f"{row.id} changes hands while it is imported: import it again")

    async def _change_citys(
        self, current: Official, after: Official, changed: Mapping[str, Any], way: Way
    ) -> None:
        update: dict[str, Any] = {"$set": {**changed, "address": normal_address(after.email)}}
        if HOLDER & changed.keys():
            update["$unset"] = {"before": ""}
        await self._write(current, update, way, sorted(changed))

    async def change_post(self, before: Official, after: Official) -> None:
        fields = sorted(OF_THE_POST.intersection(changed_fields(before, after)))
        await self._write(
            before, {"$set": after.model_dump(mode="json", include=set(fields))}, "desk", fields
        )

    async def note_former(self, official: str, email: str) -> None:
        await self._collection.update_one({"_id": official}, {"$addToSet": {"former": address_hash(email)}})

    async def update_preferences(self, before: Official, after: Official, way: Way) -> None:
        fields = sorted(PREFERENCES.intersection(changed_fields(before, after)))
        undo = before.model_dump(mode="json", include={*PREFERENCES, *HOLDER})
        preferences = after.model_dump(mode="json", include=set(fields))
        update = {"$set": {**preferences, **({"before": undo} if fields else {})}}
        await self._write(before, update, way, fields)

    async def undo(self, official: Official) -> None:
        document = await self._collection.find_one({"_id": official.id}, {"before": 1})
        before = (document or {}).get("before") or {}
        if not all(before.get(name) == getattr(official, name) for name in HOLDER):
            return
        preferences = {name: before[name] for name in PREFERENCES if name in before}
        restored = official.model_copy(update=_restored(official, preferences))
        update = {"$set": {**preferences, "before": None}}
        await self._write(official, update, "undo", changed_fields(official, restored))

    async def confirm(self, official: Official) -> None:
        if official.status == "pending":
            await self._write(official, {"$set": {"status": "active"}}, "confirmation", ["status"])

    async def hand_over(self, before: Official, after: Official) -> None:
        update = {"$set": as_document(after), "$unset": {"before": ""}}
        await self._write(before, update, "hand_over", changed_fields(before, after))

    async def _write(
        self, holder: Official, update: Mapping[str, Any], way: Way, fields: Collection[str]
    ) -> None:
        """Write once, where ``holder`` holds the post; name and address are compared as they are stored."""
        if not fields:
            return
        document = await self._collection.find_one({"_id": holder.id})
        if document is None or not _same_person(Official.model_validate(document), holder):
            raise HolderChanged(f"{holder.id} is held by somebody else by now")
        as_read = {"_id": holder.id, **{name: document[name] for name in HOLDER}}
        written = await self._collection.update_one(as_read, {**update, **_logged(way, fields)})
        if not written.matched_count:
            raise HolderChanged(f"{holder.id} is held by somebody else by now")


def as_document(official: Official) -> dict[str, Any]:
    """Return an official as it is stored: its fields, and its address in the form that is compared."""
    return {**official.model_dump(mode="json"), "address": normal_address(official.email)}


def _restored(official: Official, preferences: Mapping[str, Any]) -> dict[str, Any]:
    restored = Official.model_validate({**official.model_dump(), **preferences})
    return {name: getattr(restored, name) for name in preferences}


def _same_person(first: Official, second: Official) -> bool:
    return all(getattr(first, name) == getattr(second, name) for name in HOLDER)


def _logged(way: Way, fields: Collection[str]) -> dict[str, Any]:
    """The entry in the log of the post, written with the change itself."""
    return {"$push": {"changes": {"$each": [_entry(way, fields)], "$slice": -MOST_CHANGES}}}


def _entry(way: Way, fields: Collection[str]) -> dict[str, Any]:
    return {"at": datetime.now(UTC), "way": way, "what": list(fields)}


def _handed_over_by(document: Mapping[str, Any], email: str) -> bool:
    """Whether who has this address handed the post over, and does not hold it now."""
    if same_address(document["email"], email):
        return False
    before = document.get("before") or {}  # so an older version stored who it was
    last = document.get("via") == "hand_over" and same_address(str(before.get("email", "")), email)
    return last or address_hash(email) in document.get("former", ())
