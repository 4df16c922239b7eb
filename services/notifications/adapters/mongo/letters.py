"""Every letter from its claim to its end: the collection ``letters``."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from services.notifications.application.ports import SmtpResult
from services.notifications.application.stored_models import AlreadyTold, StoredLetter
from services.notifications.domain.bounces import BounceReport
from services.notifications.domain.letter_history import UNTOLD, EarlierLetter, State, has_more_to_tell
from services.notifications.domain.letter_status import (
    FINAL,
    ClaimedLetter,
    DueLetter,
    LetterEnd,
    LetterStatus,
    OpenState,
    Postponement,
    UnsentLetter,
)
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.registry import read_letter
from services.notifications.domain.notification_reasons import Posted
from services.notifications.domain.vocabulary import KINDS
from shared.store.mongo import (
    ASCENDING,
    DESCENDING,
    Binary,
    Database,
    Document,
    DuplicateKeyError,
    IndexModel,
    keep_once,
)

PROGRESS = {
    **dict.fromkeys(("kind", "need", "state", "claimed", "not_before", "lease", "smtp.ended"), 1),
    **dict.fromkeys(("letter.written", "letter.change.revision", "letter.change.band"), 1),
}
WITHOUT_CONTENT = {"raw": 0, "letter": 0}


class MongoLetters:
    """One document for each letter, with its bytes; each change of state is one conditional write."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "letters": [
            IndexModel([("state", ASCENDING), ("lease", ASCENDING)], name="state_lease"),
            IndexModel([("state", ASCENDING), ("not_before", ASCENDING)], name="state_not_before"),
            IndexModel([("state", ASCENDING), ("held", ASCENDING)], name="state_held"),
            IndexModel([("owed", ASCENDING), ("state", ASCENDING)], name="owed_state", sparse=True),
            IndexModel([("official", ASCENDING), ("solution", ASCENDING)], name="official_solution"),
            IndexModel([("official", ASCENDING), ("claimed", DESCENDING)], name="official_claimed"),
            IndexModel([("goes_once", ASCENDING)], name="goes_once", unique=True, sparse=True),
        ]
    }

    def __init__(self, database: Database) -> None:
        self._database, self._collection = database, database["letters"]

    async def claim(
        self, letter: Letter, message: bytes, at: datetime, *, later: bool = False
    ) -> ClaimedLetter:
        new = {
            "_id": letter.id,
            "kind": letter.kind,
            "official": letter.official,
            "city": letter.city,
            "solution": letter.solution,
            "need": letter.need,
            "to": letter.to,
            "state": "held" if later else "claimed",
            "raw": Binary(message),
            "letter": letter.model_dump(mode="json"),
            "claimed": at,
            **({"not_before": at, "held": at, "owed": True} if later else {}),
        }
        if await keep_once(self._collection, new):
            return _claimed(new, letter)
        document = await self._document(letter.id)
        if document["state"] == "held" and _is_newer(letter, document):
            newer = {name: new[name] for name in ("to", "raw", "letter")}
            unchanged = {"letter.written": document["letter"]["written"]}
            await self._move(letter.id, "held", "held", newer, where=unchanged)
            document = await self._document(letter.id)
        return _claimed(document, letter)

    async def _document(self, letter: str) -> Document:
        document = await self._collection.find_one({"_id": letter})
        assert document is not None, "a letter is never removed while it can be claimed"
        return document

    async def find(self, letter: str) -> StoredLetter | None:
        document = await self._collection.find_one({"_id": letter}, {"letter": 1, "claimed": 1})
        return StoredLetter(read_letter(document["letter"]), document["claimed"]) if document else None

    async def status(self, letter: str) -> LetterStatus | None:
        document = await self._collection.find_one({"_id": letter}, {"raw": 0})
        return _status(document) if document else None

    async def state(self, letter: str) -> State | None:
        document = await self._collection.find_one({"_id": letter}, {"state": 1})
        state: State | None = document["state"] if document else None
        return state

    async def find_due(self, letter: str, now: datetime) -> DueLetter | None:
        document = await self._collection.find_one({"_id": letter})
        if document is None or not _status(document).is_due(now):
            return None
        put_off = document.get("put_off")
        return DueLetter(
            read_letter(document["letter"]),
            bytes(document["raw"]),
            Postponement(**put_off) if put_off else None,
        )

    async def due(self, now: datetime, limit: int = 200) -> list[str]:
        waiting = {"state": "held", "not_before": {"$lte": now}}
        come = self._collection.find(waiting, {"_id": 1}).sort("not_before", ASCENDING).limit(limit)
        ahead = self._collection.find({"state": "held", "held": {"$gt": now}}, {"_id": 1}).limit(limit)
        documents = [*await come.to_list(None), *await ahead.to_list(None)]
        return list(dict.fromkeys(str(document["_id"]) for document in documents))

    async def abandoned(self, leases: tuple[datetime, datetime], limit: int = 200) -> list[tuple[str, str]]:
        first, last = leases
        late = [
            self._collection.find({"state": "handing", "lease": outside}, {"kind": 1}).limit(limit)
            for outside in ({"$lt": first}, {"$gt": last})
        ]
        return [
            (str(document["_id"]), str(document["kind"]))
            for cursor in late
            for document in await cursor.to_list(None)
        ]

    async def owed(self, limit: int = 500) -> list[LetterStatus]:
        ended = {"owed": True, "state": {"$in": sorted(FINAL)}}
        documents = await self._collection.find(ended, {"raw": 0}).limit(limit).to_list(None)
        return [_status(document) for document in documents]

    async def note_published(self, letter: str) -> None:
        await self._collection.update_one({"_id": letter}, {"$unset": {"owed": ""}})

    async def rewrite(self, letter: Letter, message: bytes, before: OpenState) -> None:
        document = {"raw": Binary(message), "letter": letter.model_dump(mode="json")}
        await self._move(letter.id, before, before, document)

    async def begin_handing(
        self,
        letter: str,
        lease: datetime,
        before: OpenState = "claimed",
        goes_once: str | None = None,
        content: Letter | None = None,
    ) -> bool:
        more = {"lease": lease, **({"goes_once": goes_once} if goes_once else {})}
        unchanged = {"letter.written": _stored_time(content)} if content is not None else {}
        try:
            return await self._move(letter, before, "handing", more, where=unchanged)
        except DuplicateKeyError as error:
            other = await self._collection.find_one({"goes_once": goes_once}, PROGRESS)
            raise AlreadyTold(letter, _earlier(other) if other else None) from error

    async def put_back(self, letter: str, to: OpenState = "claimed") -> None:
        await self._move(letter, "handing", to, {"lease": None}, ("goes_once",))

    async def hold(
        self, letter: str, not_before: datetime, at: datetime, before: OpenState = "claimed"
    ) -> bool:
        more = {"not_before": not_before, "held": at, "owed": True}
        return await self._move(letter, before, "held", more)

    async def put_off(
        self,
        letter: str,
        put_off: Postponement,
        not_before: datetime,
        at: datetime,
        before: OpenState = "held",
    ) -> None:
        more = {"not_before": not_before, "held": at, "put_off": put_off._asdict(), "owed": True}
        await self._move(letter, before, "held", more)

    async def skip(
        self, letter: str, why: str, at: datetime, before: OpenState = "claimed"
    ) -> LetterEnd | None:
        return await self._end(letter, before, "skipped", _smtp("look", None, why, at))

    async def finish(
        self,
        letter: str,
        result: SmtpResult,
        at: datetime,
        before: OpenState | Literal["handing"] = "handing",
    ) -> LetterEnd | None:
        smtp = _smtp(result.phase, result.code, result.text, at)
        return await self._end(letter, before, result.state, smtp)

    async def abandon(self, letter: str, at: datetime) -> bool:
        smtp = _smtp("data", None, "whoever handed it over never came back", at)
        return await self._move(letter, "handing", "unknown", {"smtp": smtp, "owed": True})

    async def note_return(self, letter: str, report: BounceReport, at: datetime) -> bool:
        returned = report.model_dump(mode="json", exclude={"delivery"})
        same = {name: returned[name] for name in ("grade", "status", "diagnostic")}
        new = {"_id": letter, "returned": {"$not": {"$elemMatch": same}}}
        updated = await self._collection.update_one(new, {"$push": {"returned": {**returned, "at": at}}})
        return bool(updated.matched_count)

    async def about(self, official: str, solution: str | None) -> list[EarlierLetter]:
        query = {"official": official, "solution": solution}
        documents = await self._collection.find(query, PROGRESS).to_list(None)
        return [_earlier(document) for document in documents]

    async def to_official(self, official: str, most: int) -> list[StoredLetter]:
        wanted = {"official": official, "kind": {"$in": sorted(KINDS)}}
        cursor = self._collection.find(wanted, {"letter": 1, "claimed": 1}).sort("claimed", DESCENDING)
        documents = await cursor.limit(most).to_list(None)
        return [StoredLetter(read_letter(document["letter"]), document["claimed"]) for document in documents]

    async def posted(
        self, official: str, solution: str | None = None, most: int | None = None
    ) -> list[Posted]:
        query = {"official": official, **({"solution": solution} if solution is not None else {})}
        documents = await self._collection.find(query, WITHOUT_CONTENT).to_list(most)
        return [_posted(document) for document in documents]

    async def never_sent(self, letters: Iterable[str]) -> frozenset[str]:
        query = {"_id": {"$in": sorted(letters)}, "state": {"$in": sorted(UNTOLD)}}
        documents = await self._collection.find(query, {"_id": 1}).to_list(None)
        return frozenset(str(document["_id"]) for document in documents)

    async def counts(self) -> dict[str, int]:
        rows = await self._database.aggregate("letters", [{"$group": {"_id": "$state", "n": {"$sum": 1}}}])
        return {str(row["_id"]): int(row["n"]) for row in rows}

    async def _end(self, letter: str, before: str, after: State, smtp: Mapping[str, Any]) -> LetterEnd | None:
        free = ("goes_once",) if after == "rejected" else ()
        moved = await self._move(letter, before, after, {"smtp": smtp}, free)
        return LetterEnd(after, smtp["text"], smtp["ended"]) if moved else None

    async def _move(
        self,
        letter: str,
        before: str,
        after: str,
        more: Mapping[str, Any],
        without: Sequence[str] = (),
        where: Mapping[str, Any] = MappingProxyType({}),
    ) -> bool:
        change: dict[str, Any] = {"$set": {"state": after, **more}}
        if without:
            change["$unset"] = dict.fromkeys(without, "")
        updated = await self._collection.update_one({"_id": letter, "state": before, **where}, change)
        return bool(updated.matched_count)


def _smtp(phase: str, code: int | None, text: str, at: datetime) -> dict[str, Any]:
    return {"phase": phase, "code": code, "text": text[:500], "ended": at}


def _claimed(document: Document, letter: Letter) -> ClaimedLetter:
    """The claim of ``letter``, which may stand in the store with an older or a newer content."""
    unsent = None
    if document["state"] == "claimed":
        stored = letter if _written(document) == letter.written else read_letter(document["letter"])
        unsent = UnsentLetter(stored, bytes(document["raw"]))
    return ClaimedLetter(letter, _status(document), unsent)


def _status(document: Document) -> LetterStatus:
    smtp = document.get("smtp")
    return LetterStatus(
        official=document["official"],
        city=document["city"],
        solution=document["solution"],
        progress=_earlier(document),
        held=document.get("held"),
        end=LetterEnd(document["state"], smtp["text"], smtp["ended"]) if smtp else None,
    )


def _written(document: Document) -> datetime:
    """When a stored letter was written: the time of its event."""
    return datetime.fromisoformat(document["letter"]["written"])


def _earlier(document: Document) -> EarlierLetter:
    change = document["letter"].get("change") or {}
    return EarlierLetter(
        id=str(document["_id"]),
        kind=document["kind"],
        need=document.get("need"),
        state=document["state"],
        written=_written(document),
        claimed=document["claimed"],
        revision=change.get("revision", 0),
        band=change.get("band"),
        not_before=document.get("not_before"),
        lease=document.get("lease"),
        ended=(document.get("smtp") or {}).get("ended"),
    )


def _posted(document: Document) -> Posted:
    smtp = document.get("smtp") or {}
    return Posted(
        letter=document["_id"],
        kind=document["kind"],
        solution=document["solution"],
        state=document["state"],
        detail=smtp.get("text") if document["state"] == "skipped" else None,
        at=smtp.get("ended") or document["claimed"],
    )


def _is_newer(letter: Letter, document: Document) -> bool:
    """Whether ``letter`` goes once, and tells of the same what a stored letter of its id could not know."""
    return letter.goes_once is not None and has_more_to_tell(letter, _earlier(document))


def _stored_time(letter: Letter) -> str:
    """The time of a letter as it is stored."""
    return str(letter.model_dump(mode="json", include={"written"})["written"])
