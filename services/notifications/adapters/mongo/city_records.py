"""The records of one city as its officials see them: read from what the events of submissions brought."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar

from services.notifications.domain.desk.records import KINDS, MODELS, OwnRecord, RecordKind, Revision
from services.notifications.domain.known_records import TIME_NOT_KNOWN
from shared.events import LaterStatement, Reply
from shared.store.mongo import ASCENDING, Database, Document, IndexModel, batches

COLLECTIONS: Mapping[str, str] = {
    "solution": "solutions",
    "need": "needs",
    "outcome": "attempts",
    "adoption": "adoptions",
}
AT_ONCE = 100
MOST = 1_000
"""Of each kind; a city with more sees those that were recorded last."""


class MongoCityRecords:
    """Queries over ``solutions``, ``needs``, ``attempts`` and ``adoptions``."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "needs": [IndexModel([("city", ASCENDING)], name="city")],
        "adoptions": [IndexModel([("fact.city", ASCENDING)], name="fact.city")],
    }

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_city(self, city: str) -> tuple[OwnRecord, ...]:
        several = await asyncio.gather(*(self._of_kind(kind, city) for kind in KINDS))
        return tuple(record for records in several for record in records)

    async def solutions(self, solutions: Sequence[str]) -> list[OwnRecord]:
        queries = (
            self._database["solutions"].find({"_id": {"$in": [*some]}}, {"history": 0}).to_list(None)
            for some in batches(solutions, AT_ONCE)
        )
        several = await asyncio.gather(*queries)
        return [_record("solution", document) for documents in several for document in documents]

    async def find(self, kind: RecordKind, record: str) -> OwnRecord | None:
        document = await self._database[COLLECTIONS[kind]].find_one({"_id": record})
        return _record(kind, document) if document else None

    async def no_drafts(self, records: Sequence[str]) -> frozenset[str]:
        drafts: set[str] = set()
        for kind, collection in COLLECTIONS.items():
            begins = f"{kind}|"
            names = [key.removeprefix(begins) for key in records if key.startswith(begins)]
            for some in batches(names, AT_ONCE):
                query = {"_id": {"$in": [*some]}, "state": "draft"}
                found = await self._database[collection].find(query, {"_id": 1}).to_list(None)
                drafts |= {f"{begins}{document['_id']}" for document in found}
        return frozenset(records) - drafts

    async def replies(self, attempts: Iterable[str]) -> dict[str, tuple[Reply, ...]]:
        queries = (
            self._database["attempts"].find({"_id": {"$in": [*some]}}, {"replies": 1}).to_list(None)
            for some in batches(sorted({*attempts}), AT_ONCE)
        )
        found = [document for documents in await asyncio.gather(*queries) for document in documents]
        return {str(document["_id"]): said for document in found if (said := _replies(document))}

    async def _of_kind(self, kind: RecordKind, city: str) -> list[OwnRecord]:
        own = {"fact.city" if kind == "adoption" else "city": city}
        cursor = self._database[COLLECTIONS[kind]].find(own, {"history": 0})
        records = [_record(kind, document) for document in await cursor.to_list(None)]
        return sorted(records, key=lambda record: (record.recorded, record.id), reverse=True)[:MOST]


def _replies(document: Document) -> tuple[Reply, ...]:
    return tuple(map(Reply.model_validate, document.get("replies", ())))


def _record(kind: RecordKind, document: Document) -> OwnRecord:
    fact = MODELS[kind].model_validate(document["fact"]) if document.get("fact") else None
    until, recorded = document.get("embargo_until"), document.get("recorded")
    city = document.get("city") or (fact.city if fact else "")
    return OwnRecord(
        kind,
        str(document["_id"]),
        city,
        fact,
        document["state"],
        document["revision"],
        datetime.fromisoformat(recorded) if recorded else TIME_NOT_KNOWN,
        date.fromisoformat(until) if until else None,
        tuple(Revision.model_validate(revision) for revision in document.get("history", ())),
        LaterStatement.model_validate(later) if (later := document.get("later")) else None,
        _replies(document),
    )
