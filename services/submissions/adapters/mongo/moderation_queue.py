"""What waits for a person: comments to be moderated, and texts that name an office-holder."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.submissions.application.incoming_message import message_key
from services.submissions.application.stored_models import (
    HeldMessage,
    ReviewDecision,
    StoredComment,
    Verdict,
)
from services.submissions.domain.transitions import Comment
from shared.events import CommentMade, Complaint
from shared.messaging.cloudevents import Envelope, RawEvent
from shared.store.mongo import ASCENDING, Binary, Database, IndexModel, keep_once


class MongoModerationQueue:
    """Comments and held messages, each with what a reviewer decided."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._comments = database["comments"]
        self._held = database["held"]

    async def prepare(self) -> None:
        """Create what the queries below need."""
        by_about = IndexModel([("about", ASCENDING), ("state", ASCENDING)], name="about_state")
        by_state = IndexModel([("state", ASCENDING)], name="state")
        await self._database.ensure_indexes("comments", [by_about, by_state])
        await self._database.ensure_indexes("held", [by_state])

    async def keep_comment(self, envelope: Envelope, comment: CommentMade, sent_at: datetime) -> str:
        key = message_key(envelope)
        document = comment.model_dump(mode="json") | {"said": sent_at, "state": "waiting"}
        await keep_once(self._comments, {"_id": key, **document})
        return key

    async def comment(self, key: str) -> Comment | None:
        document = await self._comments.find_one({"_id": key})
        return Comment.model_validate(document) if document else None

    async def comments(self, about: str) -> list[StoredComment]:
        documents = await self._comments.find({"about": about, "state": "shown"}, {"state": 0}).to_list(None)
        return [
            _comment(document)
            for document in sorted(documents, key=lambda document: (document["said"], document["_id"]))
        ]

    async def hold(
        self, event: RawEvent, who: str | None, reasons: Sequence[Complaint], at: datetime
    ) -> None:
        document = {
            "envelope": event.envelope.model_dump(mode="json"),
            "who": who,
            "data": Binary(event.data),
            "reasons": [reason.model_dump() for reason in reasons],
            "received": at,
            "state": "waiting",
        }
        await keep_once(self._held, {"_id": message_key(event.envelope), **document})

    async def verdict(self, envelope: Envelope) -> str | None:
        document = await self._held.find_one({"_id": message_key(envelope)}, {"state": 1})
        return str(document["state"]) if document else None

    async def waiting(self) -> list[StoredComment | HeldMessage]:
        comments = await self._comments.find({"state": "waiting"}).to_list(None)
        held = await self._held.find({"state": "waiting"}, {"data": 0}).to_list(None)
        return [*map(_comment, comments), *map(_held, held)]

    async def decide(self, key: str, verdict: Verdict) -> ReviewDecision | None:
        change = {"$set": {"state": verdict}}
        if (await self._comments.update_one({"_id": key}, change)).matched_count:
            return ReviewDecision()
        await self._held.update_one({"_id": key}, change)
        document = await self._held.find_one({"_id": key})
        return ReviewDecision(_held(document)) if document else None


def _comment(document: Mapping[str, Any]) -> StoredComment:
    return StoredComment(document["_id"], CommentMade.model_validate(document), document["said"])


def _held(document: Mapping[str, Any]) -> HeldMessage:
    return HeldMessage(
        key=document["_id"],
        envelope=Envelope.model_validate(document["envelope"]),
        who=document.get("who"),
        reasons=tuple(map(Complaint.model_validate, document["reasons"])),
        received=document["received"],
        data=bytes(document.get("data", b"")),
    )
