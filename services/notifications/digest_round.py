"""The round that writes digests: from what waits, never from the list of readers; nothing waiting, no letter.

A digest is keyed by its period and kept with what is in it. A crash after sending is repaired by the next
round: it meets the same letter, sees that it went, and ticks off what was in it; what came later waits.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.notifications.domain.calendar import last_slot, not_before
from services.notifications.domain.letters import Letter
from services.notifications.domain.models import Official
from services.notifications.domain.recipients import BELOW_LIMITS, Recipients, Told
from services.notifications.holidays_of import closed_in
from services.notifications.kinds import digest
from services.notifications.kinds.digest import Digest, Item
from services.notifications.kinds.read import read_letter
from shared.events import Match, SolutionMatched
from shared.mongo import ASCENDING, Database, IndexModel, keep_many_once

MOST_READERS = 500
DIGESTED = frozenset({"daily", "weekly"})


class DigestRound:
    """What waits for a digest, and the round that writes them."""

    def __init__(self, database: Database, send: Callable[[Letter], Awaitable[object]]) -> None:
        self._database, self._waiting, self._send = database, database["waiting"], send

    async def prepare(self) -> None:
        """Create what the queries below need."""
        index = IndexModel([("state", ASCENDING), ("official", ASCENDING)], name="state_official")
        await self._database.ensure_indexes("waiting", [index])

    async def hold(self, event: SolutionMatched, match: Match, divided: Recipients, now: datetime) -> None:
        """Keep what a match means for each reader's next digest; hearing it again changes nothing."""
        told = [
            _waits(one.official, _item(event, match, one), now, below=False)
            for one in divided.told
            if one.official.cadence in DIGESTED
        ]
        below = [
            _waits(one.official, digest.item(event, match, one.official), now, below=True)
            for one in divided.not_told
            if one.why in BELOW_LIMITS and one.official.cadence in DIGESTED
        ]
        await keep_many_once(self._waiting, [*told, *below])

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
        letter = await self._compose(official, *slot)
        if letter is None:
            return 0
        await self._send(letter)
        await self._tick_off(official, letter)
        return 1

    async def _compose(self, official: Official, period: str, closes: datetime) -> Digest | None:
        waiting = await self._waiting.find({"state": "held", "official": official.id}).to_list(1_000)
        due = [one for one in waiting if one["held"] <= closes]
        items = [Item.model_validate(one["item"]) for one in due if not one["below"]]
        below = sum(bool(one["below"]) for one in due)
        return digest.write(official, period, items, closes.astimezone(UTC), below)

    async def _tick_off(self, official: Official, letter: Digest) -> None:
        """Tick off what was in the letter as it was kept: another round may have written it before."""
        kept = await self._database["letters"].find_one({"_id": letter.id}, {"letter": 1})
        sent = read_letter(kept["letter"]) if kept else letter
        assert isinstance(sent, Digest)
        keys = [_key(official, one) for one in (*sent.everything(), *sent.told)]
        below = {"official": official.id, "state": "held", "below": True, "held": {"$lte": letter.written}}
        done = {"$set": {"state": "in_digest", "digest": sent.id}}
        await self._waiting.update_many(below, done)
        for first in range(0, len(keys), 50):
            await self._waiting.update_many({"_id": {"$in": keys[first : first + 50]}}, done)


def _item(event: SolutionMatched, match: Match, told: Told) -> Item:
    """The item of a digest, marked where an alert about it goes out as well."""
    return digest.item(event, match, told.official).model_copy(update={"told": told.when == "now"})


def _waits(official: Official, item: Item, now: datetime, *, below: bool) -> dict[str, Any]:
    return {
        "_id": _key(official, item),
        "official": official.id,
        "state": "held",
        "below": below,
        "held": now,
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
