"""The round that writes digests: from what waits, never from the list of readers; nothing waiting, no letter.

A digest is keyed by its period and kept with what is in it. A crash after sending is repaired by the next
round: it meets the same letter, sees that it went, and ticks off what was in it; what came later waits.

Each reader is written to alone: what cannot be written is set aside with its reason, and an operator
retries it. Of those whose digest is due, whoever was looked at longest ago comes first: nobody starves.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

import structlog
from pydantic import ValidationError

from services.notifications.adapters.holidays import closed_in
from services.notifications.adapters.mime import TooLong
from services.notifications.adapters.mongo.known_records import KnownRecordRepository
from services.notifications.adapters.time_zones import zone_of
from services.notifications.domain.letter_history import UNTOLD
from services.notifications.domain.letters import digest
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.digest import DigestItem, DigestLetter
from services.notifications.domain.letters.registry import read_letter
from services.notifications.domain.officials import Official
from services.notifications.domain.quiet_hours import last_slot, not_before
from services.notifications.domain.recipients import BELOW_LIMITS, Recipients, wants_topic
from services.notifications.metrics import SET_ASIDE
from shared.events import Match, SolutionMatched
from shared.observability.redaction import redacted
from shared.store.mongo import ASCENDING, Database, IndexModel, away, keep_many_once

MOST_READERS = 500
SOME = 50
A_DAY = timedelta(days=1)
WORTH = timedelta(days=30)
"""How long an item is news: after a longer pause it does not arrive as if it were new."""
ON_ITS_WAY = frozenset({"claimed", "held", "handing"})
DIGESTED = frozenset({"daily", "weekly"})
log = structlog.get_logger()


class DueDigest(NamedTuple):
    """A digest that is due: whose, of which period, and when that closed."""

    official: Official
    period: str
    closes: datetime


class Waiting(NamedTuple):
    """Since when the first and the last item wait for one reader."""

    first: datetime
    last: datetime

    def any_by(self, closes: datetime, now: datetime) -> bool:
        """Whether an item belongs to the digest that closed then, or to a clock that was ahead."""
        return self.first <= closes or self.last > now


class DigestWriter:
    """What waits for a digest, and the round that writes them."""

    def __init__(self, database: Database, send: Callable[[Letter], Awaitable[object]]) -> None:
        self._database, self._waiting, self._send = database, database["waiting"], send
        self._records = KnownRecordRepository(database)
        self._looked: dict[str, datetime] = {}

    async def prepare(self) -> None:
        """Create what the queries below need."""
        index = IndexModel([("state", ASCENDING), ("official", ASCENDING)], name="state_official")
        await self._database.ensure_indexes("waiting", [index])

    async def hold(
        self,
        event: SolutionMatched,
        match: Match,
        divided: Recipients,
        now: datetime,
        letters: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Keep what a match means for each reader's next digest; hearing it again changes nothing.

        ``letters`` has the letter that goes at once, by official: whether it arrived is looked at then.
        """
        told = [(one.official, False) for one in divided.told]
        later = {one.official.id for one in divided.told if one.when == "digest"}
        below = [(one.official, True) for one in divided.not_told if one.why in BELOW_LIMITS]
        waits = [
            _waits(official, digest.item(event, match, official), now, letters.get(official.id), below=under)
            for official, under in (*told, *below)
            if official.cadence in DIGESTED or (official.id in later and official.cadence != "off")
        ]
        await keep_many_once(self._waiting, waits)

    async def told(self, official: str, solution: str) -> bool:
        """Whether a digest told this reader of a solution, or is on its way; not one that never went."""
        about = {"state": "in_digest", "official": official, "below": False, "item.solution": solution}
        items = await self._waiting.find(about, {"digest": 1}).to_list(None)
        wanted = {one.get("digest") for one in items}
        never = {"_id": {"$in": sorted(filter(None, wanted))}, "state": {"$in": sorted(UNTOLD)}}
        lost = await self._database["letters"].find(never, {"_id": 1}).to_list(None)
        return bool(wanted - {one["_id"] for one in lost})

    async def run(self, now: datetime) -> int:
        """Write the digests that are due; returns how many letters were handed on.

        Raises what could work later, such as a store that is away, once every reader was looked at.
        """
        written, later = 0, None
        for official, period, closes in (await self._due(now))[:MOST_READERS]:
            self._looked[official.id] = now
            try:
                written += await self._write(official, period, closes, now)
            except Exception as error:  # noqa: BLE001 - one reader never stops the rest
                if away(error):
                    later = later or error
                else:
                    await self._set_aside({"official": official.id}, error, now)
        if later is not None:
            raise later
        return written

    async def _due(self, now: datetime) -> list[DueDigest]:
        """Whose digest is due, those looked at longest ago first; who has no post any more waits for none."""
        span = {"_id": "$official", "first": {"$min": "$held"}, "last": {"$max": "$held"}}
        held = await self._database.aggregate("waiting", [{"$match": {"state": "held"}}, {"$group": span}])
        waiting = {str(row["_id"]): Waiting(row["first"], row["last"]) for row in held}
        self._looked = {reader: at for reader, at in self._looked.items() if reader in waiting}
        readers, due = sorted(waiting), list[DueDigest]()
        for first in range(0, len(readers), SOME):
            slots = await self._slots(readers[first : first + SOME], now)
            due += [one for one in slots if waiting[one.official.id].any_by(one.closes, now)]
        never = datetime.min.replace(tzinfo=UTC)
        return sorted(
            due, key=lambda one: (self._looked.get(one.official.id, never), one.closes, one.official.id)
        )

    async def _slots(self, readers: Sequence[str], now: datetime) -> list[DueDigest]:
        """The newest slot of each of these readers to whom a digest may go now."""
        found = await self._database["officials"].find({"_id": {"$in": [*readers]}}).to_list(None)
        slots: list[DueDigest | None] = []
        for document in found:
            try:
                slots.append(_slot(Official.model_validate(document), now))
            except Exception as error:  # noqa: BLE001 - hours, holidays or wishes that make no sense
                await self._set_aside({"official": document["_id"]}, error, now)
        for gone in {*readers} - {str(document["_id"]) for document in found}:
            left = {"official": gone, "state": "held"}
            await self._waiting.update_many(left, {"$set": {"state": "dropped", "why": "left"}})
        return [slot for slot in slots if slot is not None]

    async def _write(self, official: Official, period: str, closes: datetime, now: datetime) -> int:
        items, below = await self._items(official, closes, now)
        for most in range(digest.MOST, 0, -1):
            letter = digest.write(official, period, items, closes.astimezone(UTC), below, most)
            if letter is None:
                return 0
            try:
                await self._send(letter)
            except TooLong:
                if most == 1:
                    raise
                continue
            await self._tick_off(official, letter, now)
            return 1
        return 0

    async def _items(
        self, official: Official, closes: datetime, now: datetime
    ) -> tuple[list[DigestItem], int]:
        """What is in a reader's digest, and how many matches were below the limits."""
        waiting = await self._waiting.find({"state": "held", "official": official.id}).to_list(1_000)
        # What is held from a time to come is held by a clock that was ahead.
        due = [one for one in waiting if not closes < one["held"] <= now]
        for one in due:
            if closes - one["held"] > WORTH:
                await self._drop(one, "too_old")
        due = [one for one in due if closes - one["held"] <= WORTH]
        below = [one for one in due if one["below"]]
        new = [one for one in due if not one["below"]]
        found = [await self._readable(official, one, closes, now) for one in new]
        return [item for item in found if item is not None], len(below)

    async def _readable(
        self, official: Official, waiting: Mapping[str, Any], closes: datetime, now: datetime
    ) -> DigestItem | None:
        """One item; what cannot be read is set aside alone."""
        try:
            return await self._as_known(official, waiting, closes, now)
        except ValidationError as error:
            await self._set_aside({"_id": waiting["_id"]}, error, now)
            return None

    async def _set_aside(self, which: Mapping[str, Any], error: Exception, now: datetime) -> None:
        """Keep what cannot be told apart from what can, with the reason."""
        why = redacted(f"{type(error).__name__}: {error}")[:500]
        failed = {"$set": {"state": "failed", "why": why, "failed": now}}
        done = await self._waiting.update_many({**which, "state": "held"}, failed)
        SET_ASIDE.inc(int(done.modified_count))
        log.error("digest_set_aside", **which, items=int(done.modified_count), reason=why)

    async def failed(self) -> list[dict[str, Any]]:
        """What was set aside, by reader and reason, with how many items and since when."""
        group = {
            "_id": {"official": "$official", "why": "$why"},
            "items": {"$sum": 1},
            "since": {"$min": "$failed"},
        }
        rows = await self._database.aggregate("waiting", [{"$match": {"state": "failed"}}, {"$group": group}])
        return sorted(
            ({**row["_id"], "items": int(row["items"]), "since": row["since"].isoformat()} for row in rows),
            key=lambda one: (str(one["official"]), str(one["why"])),
        )

    async def retry(self, official: str | None = None) -> int:
        """Let what was set aside wait for the next digest again; returns how many items."""
        which = {"state": "failed", **({"official": official} if official else {})}
        done = await self._waiting.update_many(
            which, {"$set": {"state": "held"}, "$unset": {"why": "", "failed": ""}}
        )
        return int(done.modified_count)

    async def _as_known(
        self, official: Official, waiting: Mapping[str, Any], closes: datetime, now: datetime
    ) -> DigestItem | None:
        """The item as its reader knows it by now; ``None`` where it is not wanted any more, or on its way."""
        item = DigestItem.model_validate(waiting["item"])
        if item.topics and not wants_topic(official, item.topics):
            await self._drop(waiting, "other_topic")
            return None
        left = item.without(await self._records.hidden(item.tells_of, official.city, now))
        if left is None:
            return None  # an embargo may end; what was withdrawn stays where it is
        item = left
        if waiting.get("letter") is None:
            return item
        state = await self._state(waiting["letter"])
        if state in ON_ITS_WAY and closes - waiting["held"] < A_DAY:
            return None
        # What is unknown or was refused is not told: only here does its reader learn of it.
        return item.model_copy(update={"told": state == "accepted"})

    async def _drop(self, waiting: Mapping[str, Any], why: str) -> None:
        await self._waiting.update_one({"_id": waiting["_id"]}, {"$set": {"state": "dropped", "why": why}})

    async def _state(self, letter: str) -> str | None:
        found = await self._database["letters"].find_one({"_id": letter}, {"state": 1})
        return str(found["state"]) if found else None

    async def _tick_off(self, official: Official, letter: DigestLetter, now: datetime) -> None:
        """Tick off what was in the letter as it was kept: another round may have written it before."""
        kept = await self._database["letters"].find_one({"_id": letter.id}, {"letter": 1})
        sent = read_letter(kept["letter"]) if kept else letter
        assert isinstance(sent, DigestLetter)
        keys = [_key(official, one) for one in (*sent.everything(), *sent.told)]
        below = {"official": official.id, "state": "held", "below": True}
        done = {"$set": {"state": "in_digest", "digest": sent.id}}
        for counted in ({"$lte": letter.written}, {"$gt": now}):
            await self._waiting.update_many({**below, "held": counted}, done)
        for first in range(0, len(keys), 50):
            await self._waiting.update_many({"_id": {"$in": keys[first : first + 50]}}, done)


def _waits(
    official: Official, item: DigestItem, now: datetime, letter: str | None, *, below: bool
) -> dict[str, Any]:
    return {
        "_id": _key(official, item),
        "official": official.id,
        "state": "held",
        "below": below,
        "held": now,
        "letter": letter,
        "item": item.model_dump(mode="json"),
    }


def _key(official: Official, item: DigestItem) -> str:
    return f"{official.id}|{item.solution}|{item.need}|{item.band}"


def _slot(official: Official, now: datetime) -> DueDigest | None:
    """The digest of a reader that is due; None where none is, or where it may not go now."""
    slot = last_slot(official, zone_of(official.timezone), now)
    return DueDigest(official, *slot) if slot is not None and _may_go(official, now) else None


def _may_go(official: Official, now: datetime) -> bool:
    """Not while the reader is away, and not in quiet hours: the next round comes soon."""
    if official.away(now.date()) or official.status != "active" or "digest" in official.kinds_off:
        return False
    country = official.quiet.holidays if official.quiet else None
    return not_before(official, zone_of(official.timezone), closed_in(country), now) <= now
