"""The collection of officials: every write says by which way it came, and none overwrites another holder.

A page reads an official, and writes a moment later: in between the post may have gone to somebody else. So a
write names the fields it changes and the holder it read, and does nothing where somebody else holds the post.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

from services.notifications.adapters.time_zones import known_zone
from services.notifications.domain.addresses import normal_address, same_address
from services.notifications.domain.official_changes import (
    HOLDER,
    MOST_CHANGES,
    WISHES,
    OfficialChange,
    Way,
    changed_fields,
)
from services.notifications.domain.official_import import changes
from services.notifications.domain.officials import Official
from shared.store.mongo import ASCENDING, Database, IndexModel, keep_once

MOST_POSTS = 20
CONTENTIONS = 10
Fate = Literal["added", "changed", "same", "gone"]


class HolderChanged(ValueError):
    """Somebody else holds the post by now: nothing was written."""


class OfficialsRepository:
    """Officials by id and by address, with their changes."""

    def __init__(self, database: Database) -> None:
        self._database, self._officials = database, database["officials"]

    async def prepare(self) -> None:
        """Create what the queries below need, and the comparable address where an older version left none."""
        await self._database.ensure_indexes(
            "officials",
            [
                IndexModel([("city", ASCENDING)], name="city"),
                IndexModel([("email", ASCENDING)], name="email"),
                IndexModel([("address", ASCENDING)], name="address"),
            ],
        )
        without = await self._officials.find({"address": {"$exists": False}}, {"email": 1}).to_list(None)
        for one in without:
            same = {"_id": one["_id"], "email": one["email"]}
            await self._officials.update_one(same, {"$set": {"address": normal_address(str(one["email"]))}})

    async def find(self, official: str) -> Official | None:
        """An official, by id."""
        document = await self._officials.find_one({"_id": official})
        return Official.model_validate(document) if document else None

    async def find_by_address(self, address: str) -> list[Official]:
        """Everybody whose address is ``address``, as mail compares addresses, by id."""
        cursor = self._officials.find({"address": normal_address(address)}).limit(MOST_POSTS)
        officials = map(Official.model_validate, await cursor.to_list(None))
        found = (official for official in officials if same_address(official.email, address))
        return sorted(found, key=lambda official: official.id)

    async def find_changes(self, official: str) -> list[OfficialChange]:
        """What was changed at a post, newest first."""
        document = await self._officials.find_one({"_id": official}, {"changes": 1})
        kept = (document or {}).get("changes", [])
        return sorted(map(OfficialChange.model_validate, kept), key=lambda change: change.at, reverse=True)

    async def keep(self, official: Official, way: Way) -> None:
        """Keep an official as given, new or known."""
        document = await self._officials.find_one({"_id": official.id})
        before = Official.model_validate(document) if document else None
        update: dict[str, Any] = {"$set": as_document(official)}
        if what := changed_fields(before, official):
            update |= _noted(way, what)
        if before is not None and HOLDER & set(what):
            update["$unset"] = {"before": ""}
        await self._officials.update_one({"_id": official.id}, update, upsert=True)

    async def import_row(self, row: Official) -> tuple[Official, Fate]:
        """Add an official, or change what the city owns of one that is known; return it as it stands now.

        What a person said stays. Raises ``HolderChanged`` where the post changes hands over and over.
        """
        new = {"_id": row.id, **as_document(row), "changes": [_entry("import", changed_fields(None, row))]}
        if await keep_once(self._officials, new):
            return row, "added"
        for _ in range(CONTENTIONS):
            document = await self._officials.find_one({"_id": row.id})
            if document is None:
                return row, "gone"
            known = Official.model_validate(document)
            changed = changes(
                known,
                row,
                former=_handed_over_by(document, row.email),
                zone_unknown=known_zone(known.timezone) is None,
            )
            after = Official.model_validate({**known.model_dump(mode="json"), **changed})
            with suppress(HolderChanged):
                await self._change_citys(known, after, changed)
                return after, "changed" if changed else "same"
        raise HolderChanged(f"{row.id} changes hands while it is imported: import it again")

    async def _change_citys(self, known: Official, after: Official, changed: Mapping[str, Any]) -> None:
        update: dict[str, Any] = {"$set": {**changed, "address": normal_address(after.email)}}
        if HOLDER & changed.keys():
            update["$unset"] = {"before": ""}
        await self._write(known, update, "import", sorted(changed))

    async def note_former(self, official: str, email: str) -> None:
        """Remember, by a hash, who handed a post over: a file that still names them does not undo it."""
        await self._officials.update_one({"_id": official}, {"$addToSet": {"former": _hashed(email)}})

    async def change_wishes(self, before: Official, after: Official, way: Way) -> None:
        """Keep what the holder wishes, and beside it what that was before, for ``undo``.

        Raises ``HolderChanged`` where ``before`` does not hold the post any more.
        """
        what = sorted(WISHES.intersection(changed_fields(before, after)))
        undo = before.model_dump(mode="json", include={*WISHES, *HOLDER})
        wishes = after.model_dump(mode="json", include=set(what))
        await self._write(before, {"$set": {**wishes, **({"before": undo} if what else {})}}, way, what)

    async def undo(self, official: Official) -> None:
        """Put the wishes back as they were before the holder's last change; a second undo changes nothing.

        Raises ``HolderChanged`` where ``official`` does not hold the post any more.
        """
        document = await self._officials.find_one({"_id": official.id}, {"before": 1})
        before = (document or {}).get("before") or {}
        if not all(before.get(name) == getattr(official, name) for name in HOLDER):
            return
        wishes = {name: before[name] for name in WISHES if name in before}
        what = changed_fields(official, official.model_copy(update=_read(official, wishes)))
        await self._write(official, {"$set": {**wishes, "before": None}}, "undo", what)

    async def confirm(self, official: Official) -> None:
        """The holder confirmed the address; whoever is not pending stays as they are.

        Raises ``HolderChanged`` where ``official`` does not hold the post any more.
        """
        if official.status == "pending":
            await self._write(official, {"$set": {"status": "active"}}, "confirmation", ["status"])

    async def hand_over(self, before: Official, after: Official) -> None:
        """Give the post to the holder ``after``; what the old one could undo is forgotten.

        Raises ``HolderChanged`` where ``before`` does not hold the post any more.
        """
        what = changed_fields(before, after)
        changed = {"$set": as_document(after), "$unset": {"before": ""}}
        await self._write(before, changed, "hand_over", what)

    async def _write(
        self, holder: Official, update: Mapping[str, Any], way: Way, what: Collection[str]
    ) -> None:
        """One conditional write; the raw name and address are compared, whatever reading makes of them."""
        if not what:
            return
        document = await self._officials.find_one({"_id": holder.id})
        if document is None or not _same_person(Official.model_validate(document), holder):
            raise HolderChanged(f"{holder.id} is held by somebody else by now")
        as_read = {"_id": holder.id, **{name: document[name] for name in HOLDER}}
        done = await self._officials.update_one(as_read, {**update, **_noted(way, what)})
        if not done.matched_count:
            raise HolderChanged(f"{holder.id} is held by somebody else by now")


def as_document(official: Official) -> dict[str, Any]:
    """An official as it is kept: its fields, and its address in the form that is compared."""
    return {**official.model_dump(mode="json"), "address": normal_address(official.email)}


def _read(official: Official, wishes: Mapping[str, Any]) -> dict[str, Any]:
    restored = Official.model_validate({**official.model_dump(), **wishes})
    return {name: getattr(restored, name) for name in wishes}


def _same_person(first: Official, second: Official) -> bool:
    return all(getattr(first, name) == getattr(second, name) for name in HOLDER)


def _noted(way: Way, what: Collection[str]) -> dict[str, Any]:
    """The entry in the log of the post, written with the change itself."""
    return {"$push": {"changes": {"$each": [_entry(way, what)], "$slice": -MOST_CHANGES}}}


def _entry(way: Way, what: Collection[str]) -> dict[str, Any]:
    return {"at": datetime.now(UTC), "way": way, "what": list(what)}


def _handed_over_by(document: Mapping[str, Any], email: str) -> bool:
    """Whether who has this address handed the post over, and does not hold it now."""
    if same_address(document["email"], email):
        return False
    before = document.get("before") or {}  # so an older version kept who it was
    last = document.get("via") == "hand_over" and same_address(str(before.get("email", "")), email)
    return last or _hashed(email) in document.get("former", ())


def _hashed(email: str) -> str:
    return sha256(normal_address(email).encode()).hexdigest()
