"""What became of each message, for its sender to ask; CloudEvents calls (source, id) unique."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from services.submissions.application.incoming_message import digest, message_key
from services.submissions.application.repositories import Fate
from shared.events import Complaint
from shared.messaging.cloudevents import Envelope, RawEvent
from shared.store.mongo import ASCENDING, Database, DuplicateKeyError, IndexModel, keep_once
from shared.visibility import Viewer


class MongoMessages:
    """One document for each (source, id)."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._messages = database["messages"]

    async def prepare(self) -> None:
        """Create what the queries below need."""
        fate = IndexModel([("fate", ASCENDING)], name="fate")
        owner = IndexModel([("conflicts.owner", ASCENDING)], name="conflicts_owner")
        opener = IndexModel([("conflicts.opened_by", ASCENDING)], name="conflicts_opened_by")
        await self._database.ensure_indexes("messages", [fate, owner, opener])

    async def claim(
        self, envelope: Envelope, digest: str, received: datetime, publisher: str | None
    ) -> dict[str, Any]:
        """Claim (source, id) for what it says first and who said it, and return it as it stands."""
        named = {"source": envelope.source, "event": envelope.id, "digest": digest, "fate": "heard"}
        fresh: dict[str, Any] = {
            **named,
            "publisher": publisher,
            "received": received,
            "records": [],
            "complaints": [],
        }
        if await keep_once(self._messages, {"_id": message_key(envelope), **fresh}):
            return fresh
        return await self._messages.find_one({"_id": message_key(envelope)}) or fresh

    async def expect(self, event: RawEvent) -> None:
        """Take ``event`` for the message of its (source, id): a reviewer sends back what was held, clean."""
        seal = {"$set": {"digest": digest(event)}}
        await self._messages.update_one({"_id": message_key(event.envelope)}, seal)

    async def keep_fate(
        self,
        envelope: Envelope,
        fate: Fate,
        received: datetime,
        keys: Sequence[str] = (),
        complaints: Sequence[Complaint] = (),
        **more: object,
    ) -> None:
        """Keep what became of a message."""
        named = {"source": envelope.source, "event": envelope.id, "fate": fate, "received": received}
        said = {"records": list(keys), "complaints": [each.model_dump() for each in complaints]}
        change = {"$set": {**named, **said, **more}}
        with suppress(DuplicateKeyError):  # two who write it first write the same
            await self._messages.update_one({"_id": message_key(envelope)}, change, upsert=True)

    async def note_duplicate(self, envelope: Envelope, received: datetime) -> None:
        """Note that the same (source, id) came with other content, which was not read."""
        note = {"$set": {"duplicate": received}}
        await self._messages.update_one({"_id": message_key(envelope)}, note)

    async def fate(self, source: str, event: str) -> dict[str, Any] | None:
        """Return what became of a message, or None where it has not been heard (yet)."""
        asked = Envelope(id=event, source=source, type="-")
        return await self._messages.find_one(
            {"_id": message_key(asked)}, {"_id": 0, "digest": 0, "publisher": 0}
        )

    async def conflicts(self, viewer: Viewer, most: int = 1000) -> list[dict[str, Any]]:
        """Return the refused words on what is ``viewer``'s, or which it opened, oldest first."""
        found = await self._messages.find(_conflicts_of(viewer)).limit(most).to_list(None)
        return [
            {**each, "source": message["source"], "event": message["event"], "received": message["received"]}
            for message in sorted(found, key=lambda each: (each["received"], each["_id"]))
            for each in message["conflicts"]
            if _may_see(viewer, each)
        ]

    async def counts(self) -> dict[str, int]:
        """Return how many messages met which fate."""
        rows = await self._database.aggregate("messages", [{"$group": {"_id": "$fate", "n": {"$sum": 1}}}])
        return {str(row["_id"]): int(row["n"]) for row in rows}


def _conflicts_of(viewer: Viewer) -> dict[str, Any]:
    """The messages with a conflict that ``viewer`` may see."""
    if viewer.operator:
        return {"conflicts.owner": {"$exists": True}}
    own: dict[str, Any] = {"conflicts.owner": {"$in": sorted(viewer.cities)}}
    return {"$or": [own, {"conflicts.opened_by": viewer.publisher}]} if viewer.publisher else own


def _may_see(viewer: Viewer, conflict: Mapping[str, Any]) -> bool:
    opened = viewer.publisher is not None and conflict["opened_by"] == viewer.publisher
    return viewer.operator or opened or conflict["owner"] in viewer.cities
