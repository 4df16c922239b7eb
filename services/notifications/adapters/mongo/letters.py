"""What the notifications service keeps: officials, and every letter from its claim to its end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from services.notifications.adapters.mongo.officials import OfficialsRepository
from services.notifications.adapters.smtp import SmtpResult
from services.notifications.domain.bounces import BounceReport
from services.notifications.domain.letter_history import EarlierLetter, has_more_to_tell
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.official_changes import Way
from services.notifications.domain.officials import Official
from shared.store.mongo import ASCENDING, Binary, Database, DuplicateKeyError, IndexModel, keep_once

Open = Literal["claimed", "held"]
Ended = Mapping[str, Any]
"""What is kept of a letter's end: its state and what the relay said, as it stands in the store."""
FINAL: frozenset[str] = frozenset({"accepted", "unknown", "rejected", "skipped"})
ABOUT = {
    **dict.fromkeys(("kind", "need", "state", "claimed", "not_before", "lease", "smtp.ended"), 1),
    **dict.fromkeys(("letter.written", "letter.change.revision", "letter.change.band"), 1),
}


class AlreadyTold(Exception):
    """Another letter of those of which only one goes is being handed over, or was: ``by`` which one.

    None where that was put back or refused in the same moment, so that the key is free again.
    """

    def __init__(self, letter: str, by: EarlierLetter | None) -> None:
        super().__init__(letter)
        self.by = by


class Postponement(NamedTuple):
    """Since when the relay puts a held letter off, and how often it did."""

    since: datetime
    tries: int = 0


class ImportResult(NamedTuple):
    """The officials of an import as they stand now, and the ids of those that were added or changed."""

    officials: tuple[Official, ...]
    added: frozenset[str]
    changed: frozenset[str]


class LetterRepository:
    """Each query here, each index beside the query that needs it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._officials = database["officials"]
        self._letters = database["letters"]
        self._repository = OfficialsRepository(database)

    async def prepare(self) -> None:
        """Create what the queries below need."""
        await self._repository.prepare()
        await self._database.ensure_indexes(
            "letters",
            [
                IndexModel([("state", ASCENDING), ("lease", ASCENDING)], name="state_lease"),
                IndexModel([("state", ASCENDING), ("not_before", ASCENDING)], name="state_not_before"),
                IndexModel([("state", ASCENDING), ("held", ASCENDING)], name="state_held"),
                IndexModel([("owed", ASCENDING), ("state", ASCENDING)], name="owed_state", sparse=True),
                IndexModel([("official", ASCENDING), ("solution", ASCENDING)], name="official_solution"),
                IndexModel([("goes_once", ASCENDING)], name="goes_once", unique=True, sparse=True),
            ],
        )

    async def officials(self, city: str) -> list[Official]:
        """Return everybody who holds a post in ``city``."""
        found = await self._officials.find({"city": city}, {"_id": 0}).to_list(None)
        return [Official.model_validate(document) for document in found]

    async def everybody(self, city: str | None = None) -> list[Official]:
        """Return all officials, or those of one city, by id."""
        found = await self._officials.find({"city": city} if city else {}, {"_id": 0}).to_list(None)
        return sorted((Official.model_validate(one) for one in found), key=lambda official: official.id)

    async def keep_officials(self, officials: Sequence[Official], way: Way = "import") -> None:
        """Keep officials as they are now, by id."""
        for official in officials:
            await self._repository.keep(official, way)

    async def import_officials(self, officials: Sequence[Official]) -> ImportResult:
        """Add officials, or change what the city owns of those that are known; what a person said stays."""
        fates = [await self._repository.import_row(official) for official in officials]
        added, changed = (
            frozenset(one.id for one, fate in fates if fate == what) for what in ("added", "changed")
        )
        return ImportResult(tuple(one for one, _ in fates), added, changed)

    async def note_former(self, official: str, email: str) -> None:
        """Remember, by a hash, who handed a post over: a file that still names them does not undo it."""
        await self._repository.note_former(official, email)

    async def claim(
        self, letter: Letter, message: bytes, at: datetime, *, later: bool = False
    ) -> Mapping[str, Any]:
        """Claim a letter once, with its bytes; return it as it stands, whoever claimed it.

        Where it waits and goes once, what is newer is folded into it: it says then what ``letter`` says.
        ``later`` leaves it to the background, which also owes the word of what became of it.
        """
        document = {
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
        if await keep_once(self._letters, document):
            return document
        standing = await self._standing(letter.id)
        if standing["state"] == "held" and _is_newer(letter, standing):
            newer = {name: document[name] for name in ("to", "raw", "letter")}
            said = {"letter.written": standing["letter"]["written"]}
            await self._move(letter.id, "held", "held", newer, where=said)
            return await self._standing(letter.id)
        return standing

    async def _standing(self, letter: str) -> Mapping[str, Any]:
        standing = await self._letters.find_one({"_id": letter})
        assert standing is not None, "a letter is never removed while it can be claimed"
        return standing

    async def rewrite(self, letter: Letter, message: bytes, before: Open) -> None:
        """Keep what a letter says now, where part of it may not be told any more; its id stays."""
        document = {"raw": Binary(message), "letter": letter.model_dump(mode="json")}
        await self._move(letter.id, before, before, document)

    async def begin_handing(
        self,
        letter: str,
        lease: datetime,
        before: Open = "claimed",
        goes_once: str | None = None,
        said: Letter | None = None,
    ) -> bool:
        """Pass the point of no return: one caller wins; after ``lease`` nobody knows what came of it.

        Of the letters with one key ``goes_once`` one passes, by the same write; raises AlreadyTold for the
        others. The key is free again where the relay took nothing of that letter, or refused it. Nobody
        passes with what it ``said`` before something newer was folded into it.
        """
        more = {"lease": lease, **({"goes_once": goes_once} if goes_once else {})}
        unchanged = {"letter.written": _dumped(said)} if said is not None else {}
        try:
            return await self._move(letter, before, "handing", more, where=unchanged)
        except DuplicateKeyError as error:
            other = await self._letters.find_one({"goes_once": goes_once}, ABOUT)
            raise AlreadyTold(letter, as_earlier(other) if other else None) from error

    async def put_back(self, letter: str, to: Open = "claimed") -> None:
        """The relay took nothing: the letter may be handed over again."""
        await self._move(letter, "handing", to, {"lease": None}, ("goes_once",))

    async def hold(self, letter: str, not_before: datetime, at: datetime, before: Open = "claimed") -> bool:
        """Let a letter wait: the background takes it up, and owes the word of what became of it."""
        more = {"not_before": not_before, "held": at, "owed": True}
        return await self._move(letter, before, "held", more)

    async def put_off(
        self, letter: str, put_off: Postponement, not_before: datetime, at: datetime, before: Open = "held"
    ) -> None:
        """The relay put a letter off: let it wait (on), and remember how often that was."""
        more = {"not_before": not_before, "held": at, "put_off": put_off._asdict(), "owed": True}
        await self._move(letter, before, "held", more)

    async def skip(self, letter: str, why: str, at: datetime, before: Open = "claimed") -> Ended | None:
        """A letter that is not wanted any more ends here, with the reason; None where it had moved on."""
        return await self._end(letter, before, "skipped", _ended("look", None, why, at))

    async def finish(
        self, letter: str, handed: SmtpResult, at: datetime, before: Open | Literal["handing"] = "handing"
    ) -> Ended | None:
        """Note what became of a letter that was being handed over, or was refused before that."""
        said = _ended(handed.phase, handed.code, handed.text, at)
        return await self._end(letter, before, handed.state, said)

    async def abandon(self, letter: str, at: datetime) -> bool:
        """A lease ran out while the letter was being handed over: it is unknown, and visibly so."""
        said = _ended("data", None, "whoever handed it over never came back", at)
        return await self._move(letter, "handing", "unknown", {"smtp": said, "owed": True})

    async def letter(self, letter: str) -> dict[str, Any] | None:
        """Return one letter as it stands."""
        return await self._letters.find_one({"_id": letter})

    async def due(self, now: datetime, limit: int = 200) -> list[str]:
        """The held letters whose time has come, or was said by a clock that was ahead."""
        waiting = {"state": "held", "not_before": {"$lte": now}}
        come = self._letters.find(waiting, {"_id": 1}).sort("not_before", ASCENDING).limit(limit)
        ahead = self._letters.find({"state": "held", "held": {"$gt": now}}, {"_id": 1}).limit(limit)
        found = [*await come.to_list(None), *await ahead.to_list(None)]
        return list(dict.fromkeys(str(one["_id"]) for one in found))

    async def abandoned(self, leases: tuple[datetime, datetime], limit: int = 200) -> list[tuple[str, str]]:
        """The letters that were being handed over, whose lease is none of ``leases``, with their kinds."""
        first, last = leases
        late = [
            self._letters.find({"state": "handing", "lease": outside}, {"kind": 1}).limit(limit)
            for outside in ({"$lt": first}, {"$gt": last})
        ]
        return [(str(one["_id"]), str(one["kind"])) for found in late for one in await found.to_list(None)]

    async def owed(self, limit: int = 500) -> list[dict[str, Any]]:
        """The letters that came to an end in the background, and of which nobody has said so yet."""
        ended = {"owed": True, "state": {"$in": sorted(FINAL)}}
        return await self._letters.find(ended, {"raw": 0}).limit(limit).to_list(None)

    async def note_return(self, letter: str, returned: BounceReport, at: datetime) -> bool:
        """Note beside a letter what came back; ``False`` where the same was noted before."""
        said = returned.model_dump(mode="json", exclude={"delivery"})
        same = {name: said[name] for name in ("grade", "status", "diagnostic")}
        new = {"_id": letter, "returned": {"$not": {"$elemMatch": same}}}
        done = await self._letters.update_one(new, {"$push": {"returned": {**said, "at": at}}})
        return bool(done.matched_count)

    async def told(self, letter: str) -> None:
        """What became of a letter was said."""
        await self._letters.update_one({"_id": letter}, {"$unset": {"owed": ""}})

    async def about(self, official: str, solution: str | None) -> list[EarlierLetter]:
        """The letters to one official about one solution, and how far each came."""
        found = await self._letters.find({"official": official, "solution": solution}, ABOUT).to_list(None)
        return [as_earlier(one) for one in found]

    async def letters(self, official: str) -> list[dict[str, Any]]:
        """Return what an official was sent, without the bytes."""
        found = self._letters.find({"official": official}, {"raw": 0, "letter": 0})
        return await found.to_list(None)

    async def counts(self) -> dict[str, int]:
        """Return how many letters are in which state."""
        rows = await self._database.aggregate("letters", [{"$group": {"_id": "$state", "n": {"$sum": 1}}}])
        return {str(row["_id"]): int(row["n"]) for row in rows}

    async def _end(self, letter: str, before: str, after: str, said: Mapping[str, Any]) -> Ended | None:
        free = ("goes_once",) if after == "rejected" else ()
        moved = await self._move(letter, before, after, {"smtp": said}, free)
        return {"state": after, "smtp": said} if moved else None

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
        done = await self._letters.update_one({"_id": letter, "state": before, **where}, change)
        return bool(done.matched_count)


def _ended(phase: str, code: int | None, text: str, at: datetime) -> dict[str, Any]:
    return {"phase": phase, "code": code, "text": text[:500], "ended": at}


def has_come(standing: Mapping[str, Any], now: datetime) -> bool:
    """Whether a letter is held and its time has come, or was said by a clock that was ahead."""
    if standing["state"] != "held":
        return False
    not_before: datetime = standing["not_before"]
    held: datetime = standing.get("held", now)
    return not_before <= now or held > now


def written(standing: Mapping[str, Any]) -> datetime:
    """When a kept letter was written: the time of its event."""
    return datetime.fromisoformat(standing["letter"]["written"])


def as_earlier(standing: Mapping[str, Any]) -> EarlierLetter:
    """A kept letter as one that was kept before another."""
    change = standing["letter"].get("change") or {}
    return EarlierLetter(
        id=str(standing["_id"]),
        kind=standing["kind"],
        need=standing.get("need"),
        state=standing["state"],
        written=written(standing),
        claimed=standing["claimed"],
        revision=change.get("revision", 0),
        band=change.get("band"),
        not_before=standing.get("not_before"),
        lease=standing.get("lease"),
        ended=(standing.get("smtp") or {}).get("ended"),
    )


def _is_newer(letter: Letter, standing: Mapping[str, Any]) -> bool:
    """Whether ``letter`` goes once, and says of the same what a kept letter of its id could not know."""
    return letter.goes_once is not None and has_more_to_tell(letter, as_earlier(standing))


def _dumped(letter: Letter) -> str:
    """The time of a letter as it is kept."""
    return str(letter.model_dump(mode="json", include={"written"})["written"])
