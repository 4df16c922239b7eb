"""Which records may be told of to a city, as they stand when a letter or page tells of them.

A record goes by its key: ``solution|id``, ``need|id``, ``outcome|solution|city``, ``adoption|solution|city``.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from shared.facts import Adoption, Fact, Implementation
from shared.store.mongo import Database, Document
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
                city, status, day, [solutions[solution].status for solution in about if solution in solutions]
            )
        )

    async def _records(self, keys: Iterable[str]) -> dict[str, RecordStatus]:
        wanted: dict[str, list[str]] = {}
        for key in sorted({*keys}):
            kind, _, identifier = key.partition("|")
            wanted.setdefault(kind, []).append(identifier)
        queries = (
            self._some(kind, identifiers[first : first + AT_ONCE])
            for kind, identifiers in wanted.items()
            for first in range(0, len(identifiers), AT_ONCE)
        )
        results = await asyncio.gather(*queries)
        return {key: record for records in results for key, record in records.items()}

    async def _some(self, kind: str, identifiers: Sequence[str]) -> dict[str, RecordStatus]:
        cursor = self._database[COLLECTIONS[kind]].find({"_id": {"$in": list(identifiers)}})
        documents = await cursor.to_list(None)
        return {f"{kind}|{document['_id']}": _record_status(kind, document) for document in documents}


def status_of(document: Document) -> Status:
    """Return how a record stands, from its document."""
    until = document.get("embargo_until")
    city = document["city"] if "city" in document else document["fact"]["city"]
    return Status(document["state"], city, date.fromisoformat(until) if until else None)


def _record_status(kind: str, document: Document) -> RecordStatus:
    model = ABOUT.get(kind)
    about = about_solutions(model.model_validate(document["fact"])) if model else ()
    return RecordStatus(status_of(document), tuple(f"solution|{solution}" for solution in about))
