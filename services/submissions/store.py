"""What the submissions service keeps: records, what became of each message, and raw releases as bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Self

from services.submissions.domain.ocds.identity import Release
from services.submissions.domain.ocds.unwrap import Package
from services.submissions.domain.records import Draft, Record, restore, revise
from shared.errors import Retry
from shared.events import Complaint
from shared.mongo import ASCENDING, Binary, Database, DuplicateKeyError, IndexModel, keep_once

CONTENTIONS = 50


@dataclass(frozen=True)
class KeptRelease:
    """One release as it is kept: its bytes without personal data, and what stood around it."""

    process: str
    digest: str
    profile: str
    package: Package
    content: bytes
    received: datetime

    @classmethod
    def of(cls, release: Release, received: datetime) -> Self:
        """What is kept of ``release``, which came in at ``received``."""
        return cls(
            release.process, release.digest, release.profile, release.package, release.content, received
        )


class Store:
    """Each query here, each index beside the query that needs it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = database["records"]
        self._messages = database["messages"]
        self._releases = database["releases"]

    async def prepare(self) -> None:
        """Create what the queries below need."""
        await self._database.ensure_indexes(
            "records", [IndexModel([("kind", ASCENDING), ("city", ASCENDING)], name="kind_city")]
        )
        await self._database.ensure_indexes(
            "releases", [IndexModel([("process", ASCENDING)], name="process")]
        )
        await self._database.ensure_indexes("messages", [IndexModel([("fate", ASCENDING)], name="fate")])

    async def keep(self, draft: Draft, said: datetime, source: str) -> Record:
        """Keep the newest word about a thing and return its record; the same word again changes nothing."""
        for _ in range(CONTENTIONS):
            found = await self._records.find_one({"_id": draft.key})
            known = _record(found) if found else None
            record = revise(known, draft, said, source)
            if known is not None and record.revision == known.revision:
                return known
            if await self._replace(known, record):
                return record
        raise Retry(f"{draft.key} is written by too many at once")

    async def _replace(self, known: Record | None, record: Record) -> bool:
        document = _document(record)
        if known is None:
            return await keep_once(self._records, {"_id": record.draft.key, **document})
        done = await self._records.update_one(
            {"_id": record.draft.key, "revision": known.revision}, {"$set": document}
        )
        return bool(done.matched_count)

    async def record(self, key: str) -> Record | None:
        """Return the newest record under ``key``, e.g. ``need|urn:ocid:…``."""
        found = await self._records.find_one({"_id": key})
        return _record(found) if found else None

    async def keep_release(self, kept: KeptRelease) -> None:
        """Keep one release of one process, once."""
        document = {**vars(kept), "content": Binary(kept.content), "package": asdict(kept.package)}
        await keep_once(self._releases, {"_id": f"{kept.process}|{kept.digest}", **document})

    async def releases(self, process: str) -> list[KeptRelease]:
        """Return the releases of a process, oldest arrival first."""
        found = await self._releases.find({"process": process}, {"_id": 0}).to_list(None)
        kept = [_kept(document) for document in found]
        return sorted(kept, key=lambda each: (each.received, each.digest))

    async def keep_fate(
        self,
        source: str,
        event: str,
        fate: str,
        received: datetime,
        keys: Sequence[str] = (),
        complaints: Sequence[Complaint] = (),
    ) -> None:
        """Keep what became of the message (source, event), for its sender to ask."""
        document: Mapping[str, Any] = {
            "source": source,
            "event": event,
            "fate": fate,
            "received": received,
            "records": list(keys),
            "complaints": [complaint.model_dump() for complaint in complaints],
        }
        try:
            await self._messages.update_one(
                {"_id": message_key(source, event)}, {"$set": document}, upsert=True
            )
        except DuplicateKeyError:
            return

    async def fate(self, source: str, event: str) -> dict[str, Any] | None:
        """Return what became of a message, or None where it has not been heard (yet)."""
        return await self._messages.find_one({"_id": message_key(source, event)}, {"_id": 0})

    async def counts(self) -> dict[str, int]:
        """Return how many messages met which fate, and how many records of each kind there are."""
        rows = await self._database.aggregate("messages", [{"$group": {"_id": "$fate", "n": {"$sum": 1}}}])
        kinds = await self._database.aggregate("records", [{"$group": {"_id": "$kind", "n": {"$sum": 1}}}])
        return {str(row["_id"]): int(row["n"]) for row in (*rows, *kinds)}


def message_key(source: str, event: str) -> str:
    """The key of a message: CloudEvents calls (source, id) unique."""
    return sha256(f"{source}\n{event}".encode()).hexdigest()


def _document(record: Record) -> dict[str, Any]:
    fact = record.draft.fact.model_dump(mode="json")
    return {
        "kind": record.draft.kind,
        "city": fact.get("city", fact.get("id")),
        "revision": record.revision,
        "state": record.draft.state,
        "embargo_until": record.draft.embargo_until and record.draft.embargo_until.isoformat(),
        "recorded": record.recorded.isoformat(),
        "source": record.source,
        "fact": fact,
    }


def _kept(document: Mapping[str, Any]) -> KeptRelease:
    package = Package(**document["package"])
    return KeptRelease(**{**document, "package": package, "content": bytes(document["content"])})


def _record(document: Mapping[str, Any]) -> Record:
    draft = restore(
        document["kind"],
        document["fact"],
        state=document["state"],
        embargo_until=document["embargo_until"],
    )
    return Record(
        draft=draft,
        revision=document["revision"],
        recorded=document["recorded"],
        source=document["source"],
    )
