"""What may be told to a city of others' records: read as they stand when a letter or page tells of them.

A record goes by its key: ``solution|id``, ``need|id``, ``outcome|solution|city``, ``adoption|solution|city``.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from shared.facts import Adoption, Fact, Implementation
from shared.store.mongo import Database
from shared.visibility import Status, about_solutions, may_tell

COLLECTIONS = {"solution": "solutions", "need": "needs", "outcome": "attempts", "adoption": "adoptions"}
ABOUT: Mapping[str, type[Fact]] = {"outcome": Implementation, "adoption": Adoption}
AT_ONCE = 50


class RecordStatus(NamedTuple):
    """How a record stands, and the keys of the solutions it is about."""

    status: Status
    about: tuple[str, ...] = ()


class VisibleRecordQueries:
    """Asks the one rule about records as they stand in the store now; an unknown one hides nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hidden(self, keys: Iterable[str], city: str, day: date) -> frozenset[str]:
        """Return which of ``keys`` a letter to ``city`` may not tell of on ``day``."""
        records = await self._records(keys)
        named = {key for record in records.values() for key in record.about}
        solutions = records | await self._records(named - records.keys())
        return frozenset(
            key
            for key, (status, about) in records.items()
            if not may_tell(
                city, status, day, [solutions[each].status for each in about if each in solutions]
            )
        )

    async def _records(self, keys: Iterable[str]) -> dict[str, RecordStatus]:
        wanted: dict[str, list[str]] = {}
        for key in sorted({*keys}):
            kind, _, identifier = key.partition("|")
            wanted.setdefault(kind, []).append(identifier)
        asked = (
            self._some(kind, identifiers[first : first + AT_ONCE])
            for kind, identifiers in wanted.items()
            for first in range(0, len(identifiers), AT_ONCE)
        )
        return {key: record for found in await asyncio.gather(*asked) for key, record in found.items()}

    async def _some(self, kind: str, identifiers: Sequence[str]) -> dict[str, RecordStatus]:
        found = self._database[COLLECTIONS[kind]].find({"_id": {"$in": list(identifiers)}})
        return {f"{kind}|{one['_id']}": _recorded(kind, one) for one in await found.to_list(None)}


def status_of(found: Mapping[str, Any]) -> Status:
    """How a record stands, from its document."""
    until = found.get("embargo_until")
    city = found["city"] if "city" in found else found["fact"]["city"]
    return Status(found["state"], city, date.fromisoformat(until) if until else None)


def _recorded(kind: str, found: Mapping[str, Any]) -> RecordStatus:
    model = ABOUT.get(kind)
    about = about_solutions(model.model_validate(found["fact"])) if model else ()
    return RecordStatus(status_of(found), tuple(f"solution|{each}" for each in about))
