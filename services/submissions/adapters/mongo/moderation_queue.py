"""What waits for a person: comments to be moderated, and texts that name an office-holder."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from services.submissions.application.incoming_message import message_key
from services.submissions.application.stored_models import Decision, HeldMessage, StoredComment
from services.submissions.domain.moderation import State
from services.submissions.domain.transitions import Comment
from shared.events import CommentMade, Complaint
from shared.messaging.cloudevents import Envelope, RawEvent
from shared.store.mongo import ASCENDING, DESCENDING, Binary, Database, IndexModel, keep_once

MOST_DECIDED = 100
PUBLISHED_IN_PAIRS = ["answer", "question"]
"""Neither is shown alone: ``solution.recorded`` has both."""


class MongoModerationQueue:
    """Comments and held messages, each with what a reviewer decided."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "comments": [
            IndexModel([("about", ASCENDING), ("state", ASCENDING)], name="about_state"),
            IndexModel([("state", ASCENDING)], name="state"),
            IndexModel([("decided", DESCENDING)], name="decided", sparse=True),
            IndexModel([("says", ASCENDING)], name="says"),
        ],
        "held": [
            IndexModel([("state", ASCENDING)], name="state"),
            IndexModel([("decided", DESCENDING)], name="decided", sparse=True),
        ],
    }

    def __init__(self, database: Database) -> None:
        self._database = database
        self._comments = database["comments"]
        self._held = database["held"]

    async def keep_comment(
        self, envelope: Envelope, comment: CommentMade, sent_at: datetime, who: str | None
    ) -> StoredComment:
        named = envelope.model_copy(update={"dataref": None}).model_dump(mode="json")
        document = {
            "_id": message_key(envelope),
            **comment.model_dump(mode="json"),
            "said": sent_at,
            "state": "waiting",
            "envelope": named,
            "who": who,
        }
        document["says"] = sorted(_comment(document).repeatable)
        if await keep_once(self._comments, document):
            return _comment(document)
        return _comment(await self._comments.find_one({"_id": document["_id"]}) or document)

    async def commented(self, envelope: Envelope) -> StoredComment | None:
        document = await self._comments.find_one({"_id": message_key(envelope)})
        return _comment(document) if document else None

    async def comment(self, key: str) -> Comment | None:
        document = await self._comments.find_one({"_id": key})
        return Comment.model_validate(document) if document else None

    async def comments(self, about: str) -> list[StoredComment]:
        documents = await self._comments.find(
            {"about": about, "state": "shown", "kind": {"$nin": PUBLISHED_IN_PAIRS}}
        ).to_list(None)
        return [
            _comment(document)
            for document in sorted(documents, key=lambda document: (document["said"], document["_id"]))
        ]

    async def comments_like(self, keys: Collection[str]) -> dict[str, int]:
        among = {"$match": {"says": {"$in": sorted(keys)}}}
        count = {"$group": {"_id": "$says", "n": {"$sum": 1}}}
        if not keys:
            return {}
        rows = await self._database.aggregate("comments", [among, {"$unwind": "$says"}, among, count])
        return {row["_id"]: row["n"] for row in rows}

    async def hold(
        self,
        event: RawEvent,
        who: str | None,
        reasons: Sequence[Complaint],
        at: datetime,
        cities: Sequence[str] = (),
    ) -> None:
        document = {
            "envelope": event.envelope.model_dump(mode="json"),
            "who": who,
            "data": Binary(event.data),
            "reasons": [reason.model_dump() for reason in reasons],
            "received": at,
            "state": "waiting",
            "cities": [*cities],
        }
        await keep_once(self._held, {"_id": message_key(event.envelope), **document})

    async def held(self, envelope: Envelope) -> HeldMessage | None:
        document = await self._held.find_one({"_id": message_key(envelope)}, {"data": 0})
        return _held(document) if document else None

    async def waiting(self) -> list[StoredComment | HeldMessage]:
        comments = await self._comments.find({"state": "waiting"}).to_list(None)
        held = await self._held.find({"state": "waiting"}).to_list(None)
        return [*map(_comment, comments), *map(_held, held)]

    async def decided(self, since: datetime) -> list[StoredComment | HeldMessage]:
        documents = [
            await collection.find({"decided": {"$gte": since}})
            .sort("decided", DESCENDING)
            .limit(MOST_DECIDED)
            .to_list(None)
            for collection in (self._comments, self._held)
        ]
        items: list[StoredComment | HeldMessage] = [*map(_comment, documents[0]), *map(_held, documents[1])]
        return sorted(items, key=lambda item: item.decisions[-1].when, reverse=True)[:MOST_DECIDED]

    async def item(self, key: str) -> StoredComment | HeldMessage | None:
        if document := await self._comments.find_one({"_id": key}):
            return _comment(document)
        document = await self._held.find_one({"_id": key})
        return _held(document) if document else None

    async def decide(self, key: str, seen: State, decision: Decision) -> bool:
        trail = {"when": decision.when, "who": decision.who, "reason": decision.reason}
        change = {
            "$set": {"state": decision.verdict, "decided": decision.when},
            "$push": {"decisions": {**trail, "verdict": decision.verdict}},
        }
        for collection in (self._comments, self._held):
            if (await collection.update_one({"_id": key, "state": seen}, change)).matched_count:
                return True
        return False


def _comment(document: Mapping[str, Any]) -> StoredComment:
    envelope = document.get("envelope")
    return StoredComment(
        key=document["_id"],
        comment=CommentMade.model_validate(document),
        sent_at=document["said"],
        state=document["state"],
        envelope=Envelope.model_validate(envelope) if envelope else None,
        who=document.get("who"),
        decisions=_decisions(document),
    )


def _held(document: Mapping[str, Any]) -> HeldMessage:
    return HeldMessage(
        key=document["_id"],
        envelope=Envelope.model_validate(document["envelope"]),
        who=document.get("who"),
        reasons=tuple(map(Complaint.model_validate, document["reasons"])),
        received=document["received"],
        data=bytes(document.get("data", b"")),
        cities=tuple(document.get("cities", ())),
        state=document["state"],
        decisions=_decisions(document),
    )


def _decisions(document: Mapping[str, Any]) -> tuple[Decision, ...]:
    return tuple(
        Decision(decision["when"], decision["who"], decision["verdict"], decision.get("reason"))
        for decision in document.get("decisions", ())
    )
