"""The round that writes digests: from what waits, never from the list of readers; nothing waiting, no letter.

A digest is keyed by its period and kept with what is in it. A crash after sending is repaired by the next
round: it meets the same letter, sees that it went, and ticks off what was in it; what came later waits.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from services.notifications.domain.calendar import last_slot, not_before
from services.notifications.domain.letters import Letter
from services.notifications.domain.models import Official
from services.notifications.domain.recipients import BELOW_LIMITS, Recipients, wants_topic
from services.notifications.holidays_of import closed_in
from services.notifications.kinds import digest
from services.notifications.kinds.digest import Digest, Item
from services.notifications.kinds.read import read_letter
from services.notifications.records import Records
from shared.events import Match, SolutionMatched
from shared.mongo import ASCENDING, Database, IndexModel, keep_many_once

MOST_READERS = 500
A_DAY = timedelta(days=1)
WORTH = timedelta(days=30)
"""How long an item is news: after a longer pause it does not arrive as if it were new."""
ON_ITS_WAY = frozenset({"claimed", "held", "handing"})
DIGESTED = frozenset({"daily", "weekly"})


class DigestRound:
    """What waits for a digest, and the round that writes them."""

    def __init__(self, database: Database, send: Callable[[Letter], Awaitable[object]]) -> None:
        self._database, self._waiting, self._send = database, database["waiting"], send
        self._records = Records(database)

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
        below = [(one.official, True) for one in divided.not_told if one.why in BELOW_LIMITS]
        waits = [
            _waits(official, digest.item(event, match, official), now, letters.get(official.id), below=under)
            for official, under in (*told, *below)
            if official.cadence in DIGESTED
        ]
        await keep_many_once(self._waiting, waits)

    async def told(self, official: str, solution: str) -> bool:
        """Whether a digest told this reader of a solution."""
        about = {"state": "in_digest", "official": official, "below": False, "item.solution": solution}
        return await self._waiting.find_one(about, {"_id": 1}) is not None

    async def run(self, now: datetime) -> int:
        """Write the digests that are due; returns how many letters were handed on."""
        held = await self._waiting.find({"state": "held"}, {"official": 1}).limit(50_000).to_list(None)
        readers = sorted({str(one["official"]) for one in held})[:MOST_READERS]
        written = [await self._write(reader, now) for reader in readers]
        return sum(written)

    async def _write(self, reader: str, now: datetime) -> int:
        found = await self._database["officials"].find_one({"_id": reader})
        official = Official.model_validate(found) if found else None
        slot = last_slot(official, ZoneInfo(official.timezone), now) if official else None
        if official is None or slot is None or not _may_go(official, now):
            return 0
        letter = await self._compose(official, *slot, now)
        if letter is None:
            return 0
        await self._send(letter)
        await self._tick_off(official, letter, now)
        return 1

    async def _compose(
        self, official: Official, period: str, closes: datetime, now: datetime
    ) -> Digest | None:
        waiting = await self._waiting.find({"state": "held", "official": official.id}).to_list(1_000)
        # What is held from a time to come is held by a clock that was ahead.
        due = [one for one in waiting if not closes < one["held"] <= now]
        for one in due:
            if closes - one["held"] > WORTH:
                await self._drop(one, "too_old")
        due = [one for one in due if closes - one["held"] <= WORTH]
        below = [one for one in due if one["below"]]
        found = [await self._as_known(official, one, closes, now) for one in due if not one["below"]]
        items = [item for item in found if item is not None]
        return digest.write(official, period, items, closes.astimezone(UTC), len(below))

    async def _as_known(
        self, official: Official, waiting: Mapping[str, Any], closes: datetime, now: datetime
    ) -> Item | None:
        """The item as its reader knows it by now; ``None`` where it is not wanted any more, or on its way."""
        item = Item.model_validate(waiting["item"])
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

    async def _tick_off(self, official: Official, letter: Digest, now: datetime) -> None:
        """Tick off what was in the letter as it was kept: another round may have written it before."""
        kept = await self._database["letters"].find_one({"_id": letter.id}, {"letter": 1})
        sent = read_letter(kept["letter"]) if kept else letter
        assert isinstance(sent, Digest)
        keys = [_key(official, one) for one in (*sent.everything(), *sent.told)]
        below = {"official": official.id, "state": "held", "below": True}
        done = {"$set": {"state": "in_digest", "digest": sent.id}}
        for counted in ({"$lte": letter.written}, {"$gt": now}):
            await self._waiting.update_many({**below, "held": counted}, done)
        for first in range(0, len(keys), 50):
            await self._waiting.update_many({"_id": {"$in": keys[first : first + 50]}}, done)


def _waits(
    official: Official, item: Item, now: datetime, letter: str | None, *, below: bool
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


def _key(official: Official, item: Item) -> str:
    return f"{official.id}|{item.solution}|{item.need}|{item.band}"


def _may_go(official: Official, now: datetime) -> bool:
    """Not while the reader is away, and not in quiet hours: the next round comes soon."""
    if official.away(now.date()) or official.status != "active" or "digest" in official.kinds_off:
        return False
    country = official.quiet.holidays if official.quiet else None
    return not_before(official, ZoneInfo(official.timezone), closed_in(country), now) <= now
