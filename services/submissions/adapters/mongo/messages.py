"""What became of each message, for its sender to ask; CloudEvents calls (source, id) unique."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any, ClassVar

from services.submissions.application.incoming_message import digest, message_key
from services.submissions.application.stored_models import Fate, MessageClaim, MessageFate, ReceivedConflict
from services.submissions.domain.similar_records import SimilarRecord
from shared.events import Complaint, Conflict
from shared.messaging.cloudevents import Envelope, RawEvent
from shared.store.mongo import ASCENDING, Database, DuplicateKeyError, IndexModel, keep_once
from shared.visibility import Viewer


class MongoMessages:
    """One document for each (source, id)."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "messages": [
            IndexModel([("fate", ASCENDING)], name="fate"),
            IndexModel([("conflicts.owner", ASCENDING)], name="conflicts_owner"),
            IndexModel([("conflicts.opened_by", ASCENDING)], name="conflicts_opened_by"),
        ]
    }

    def __init__(self, database: Database) -> None:
        self._database = database
        self._messages = database["messages"]

    async def claim(
        self, envelope: Envelope, digest: str, received: datetime, publisher: str | None
    ) -> MessageClaim:
        named = {"source": envelope.source, "event": envelope.id, "digest": digest, "fate": "heard"}
        fresh: dict[str, Any] = {
            **named,
            "publisher": publisher,
            "received": received,
            "records": [],
            "complaints": [],
        }
        if await keep_once(self._messages, {"_id": message_key(envelope), **fresh}):
            return _claim(fresh)
        return _claim(await self._messages.find_one({"_id": message_key(envelope)}) or fresh)

    async def expect(self, event: RawEvent) -> None:
        seal = {"$set": {"digest": digest(event)}}
        await self._messages.update_one({"_id": message_key(event.envelope)}, seal)

    async def keep_fate(
        self,
        envelope: Envelope,
        fate: Fate,
        received: datetime,
        keys: Sequence[str] = (),
        complaints: Sequence[Complaint] = (),
        conflicts: Sequence[Conflict] = (),
        similar: Sequence[SimilarRecord] = (),
    ) -> None:
        named = {"source": envelope.source, "event": envelope.id, "fate": fate, "received": received}
        result = {"records": list(keys), "complaints": [complaint.model_dump() for complaint in complaints]}
        more: dict[str, Any] = (
            {"conflicts": [conflict.model_dump() for conflict in conflicts]} if conflicts else {}
        )
        more |= {"similar": [asdict(record) for record in similar]} if similar else {}
        change = {"$set": {**named, **result, **more}}
        with suppress(DuplicateKeyError):  # two who write it first write the same
            await self._messages.update_one({"_id": message_key(envelope)}, change, upsert=True)

    async def note_duplicate(self, envelope: Envelope, received: datetime) -> None:
        note = {"$set": {"duplicate": received}}
        await self._messages.update_one({"_id": message_key(envelope)}, note)

    async def fate(self, source: str, event: str) -> MessageFate | None:
        asked = Envelope(id=event, source=source, type="-")
        hidden = {"_id": 0, "digest": 0, "publisher": 0}
        document = await self._messages.find_one({"_id": message_key(asked)}, hidden)
        return _fate(document) if document else None

    async def conflicts(self, viewer: Viewer, most: int = 1000) -> list[ReceivedConflict]:
        documents = await self._messages.find(_conflicts_of(viewer)).limit(most).to_list(None)
        return [
            ReceivedConflict(conflict, message["source"], message["event"], message["received"])
            for message in sorted(documents, key=lambda message: (message["received"], message["_id"]))
            for conflict in map(Conflict.model_validate, message["conflicts"])
            if _may_see(viewer, conflict)
        ]

    async def counts(self) -> dict[str, int]:
        rows = await self._database.aggregate("messages", [{"$group": {"_id": "$fate", "n": {"$sum": 1}}}])
        return {str(row["_id"]): int(row["n"]) for row in rows}


def _conflicts_of(viewer: Viewer) -> dict[str, Any]:
    """The messages with a conflict that ``viewer`` may see."""
    if viewer.operator:
        return {"conflicts.owner": {"$exists": True}}
    own: dict[str, Any] = {"conflicts.owner": {"$in": sorted(viewer.cities)}}
    return {"$or": [own, {"conflicts.opened_by": viewer.publisher}]} if viewer.publisher else own


def _may_see(viewer: Viewer, conflict: Conflict) -> bool:
    opened = viewer.publisher is not None and conflict.opened_by == viewer.publisher
    return viewer.operator or opened or conflict.owner in viewer.cities


def _claim(document: Mapping[str, Any]) -> MessageClaim:
    return MessageClaim(
        digest=document.get("digest"),
        publisher=document.get("publisher"),
        fate=document["fate"],
        records=tuple(document["records"]),
    )


def _fate(document: Mapping[str, Any]) -> MessageFate:
    return MessageFate(
        source=document["source"],
        event=document["event"],
        fate=document["fate"],
        received=document["received"],
        records=tuple(document["records"]),
        complaints=tuple(map(Complaint.model_validate, document["complaints"])),
        conflicts=tuple(map(Conflict.model_validate, document.get("conflicts", ()))),
        duplicate=document.get("duplicate"),
        similar=tuple(_similar(similar) for similar in document.get("similar", ())),
    )


def _similar(document: Mapping[str, Any]) -> SimilarRecord:
    return SimilarRecord(document["solution"], document["title"], tuple(document["reasons"]))
