"""The round that writes digests: from what waits, never from the list of readers; nothing waiting, no letter.

A digest is keyed by its period and stored with what is in it. A crash after sending is repaired by the next
round: it meets the same letter, sees that it went, and ticks off what was in it; what came later waits.

Each reader is written to alone: what cannot be written is set aside with its reason, and an operator
retries it. Of those whose digest is due, whoever was looked at longest ago comes first: nobody starves.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

import structlog
from pydantic import ValidationError

from services.notifications.application.ports import Calendar, LetterTooLong, SendLetter
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.application.stored_models import FailedItems, NewDigestItem, WaitingItem
from services.notifications.domain.letters import digest
from services.notifications.domain.letters.digest import DigestItem, DigestLetter
from services.notifications.domain.officials import Official
from services.notifications.domain.recipients import BELOW_LIMITS, Recipients, wants_topic
from services.notifications.metrics import SET_ASIDE
from shared.events import Match, SolutionMatched
from shared.observability.redaction import redacted
from shared.store.mongo import away

MOST_READERS = 500
READERS_AT_ONCE = 50
A_DAY = timedelta(days=1)
LONGEST_WAIT = timedelta(days=30)
"""How long an item is news: after a longer pause it does not arrive as if it were new."""
ON_ITS_WAY = frozenset({"claimed", "held", "handing"})
DIGESTED = frozenset({"daily", "weekly"})
log = structlog.get_logger()


class DueDigest(NamedTuple):
    """A digest that is due: whose, of which period, and when that closed."""

    official: Official
    period: str
    closes: datetime


class DigestWriter:
    """What waits for a digest, and the round that writes them."""

    def __init__(self, store: NotificationRepositories, calendar: Calendar, send: SendLetter) -> None:
        self._store, self._items = store, store.digest_items
        self._calendar, self._send = calendar, send
        self._looked: dict[str, datetime] = {}

    async def add(
        self,
        event: SolutionMatched,
        match: Match,
        recipients: Recipients,
        now: datetime,
        letters: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Store what a match means for each reader's next digest; hearing it again changes nothing.

        ``letters`` has the id of the letter that goes at once, by official: whether it arrived is looked up
        when the digest is written.
        """
        notified = [(reader.official, False) for reader in recipients.notified]
        later = {reader.official.id for reader in recipients.notified if reader.when == "digest"}
        below = [(reader.official, True) for reader in recipients.skipped if reader.why in BELOW_LIMITS]
        items = [
            NewDigestItem(
                official.id, digest.item(event, match, official), letters.get(official.id), is_below
            )
            for official, is_below in (*notified, *below)
            if official.cadence in DIGESTED or (official.id in later and official.cadence != "off")
        ]
        await self._items.add(items, now)

    async def includes(self, official: str, solution: str) -> bool:
        """Return whether a digest told this reader of a solution, or is on its way to do so."""
        digests = await self._items.digests_about(official, solution)
        never_sent = await self._store.letters.never_sent(key for key in digests if key)
        return bool(digests - never_sent)

    async def run(self, now: datetime) -> int:
        """Write the digests that are due; returns how many letters were handed on.

        Raises what could work later, such as a store that is away, once every reader was looked at.
        """
        written, postponed = 0, None
        for official, period, closes in (await self._due(now))[:MOST_READERS]:
            self._looked[official.id] = now
            try:
                written += await self._write(official, period, closes, now)
            except Exception as error:  # noqa: BLE001 - one reader never stops the rest
                if away(error):
                    postponed = postponed or error
                else:
                    await self._set_aside(official.id, error, now)
        if postponed is not None:
            raise postponed
        return written

    async def _due(self, now: datetime) -> list[DueDigest]:
        """Whose digest is due, those looked at longest ago first; who has no post any more waits for none."""
        waiting = await self._items.waiting()
        self._looked = {reader: at for reader, at in self._looked.items() if reader in waiting}
        readers, due = sorted(waiting), list[DueDigest]()
        for first in range(0, len(readers), READERS_AT_ONCE):
            slots = await self._slots(readers[first : first + READERS_AT_ONCE], now)
            due += [slot for slot in slots if waiting[slot.official.id].any_by(slot.closes, now)]
        never = datetime.min.replace(tzinfo=UTC)
        return sorted(
            due,
            key=lambda slot: (self._looked.get(slot.official.id, never), slot.closes, slot.official.id),
        )

    async def _slots(self, readers: Sequence[str], now: datetime) -> list[DueDigest]:
        """The newest slot of each of these readers to whom a digest may go now."""
        officials, unreadable = await self._store.officials.readable(readers)
        failed, slots = dict(unreadable), list[DueDigest | None]()
        for official in officials:
            try:
                slots.append(self._slot(official, now))
            except Exception as error:  # noqa: BLE001 - hours, holidays or preferences that make no sense
                failed[official.id] = error
        for reader, fault in failed.items():
            await self._set_aside(reader, fault, now)
        for gone in {*readers} - {official.id for official in officials} - unreadable.keys():
            await self._items.drop_all(gone, "left")
        return [slot for slot in slots if slot is not None]

    def _slot(self, official: Official, now: datetime) -> DueDigest | None:
        """The digest of a reader that is due; None where none is, or where it may not go now."""
        slot = self._calendar.last_slot(official, now)
        return DueDigest(official, *slot) if slot is not None and self._may_go(official, now) else None

    def _may_go(self, official: Official, now: datetime) -> bool:
        """Not while the reader is away, and not in quiet hours: the next round comes soon."""
        if official.away(now.date()) or official.status != "active" or "digest" in official.kinds_off:
            return False
        return self._calendar.next_opening(official, now) <= now

    async def _write(self, official: Official, period: str, closes: datetime, now: datetime) -> int:
        items, below = await self._contents(official, closes, now)
        for most in range(digest.MOST, 0, -1):
            letter = digest.write(official, period, items, closes.astimezone(UTC), below, most)
            if letter is None:
                return 0
            try:
                await self._send(letter)
            except LetterTooLong:
                if most == 1:
                    raise
                continue
            await self._tick_off(official, letter, now)
            return 1
        return 0

    async def _contents(
        self, official: Official, closes: datetime, now: datetime
    ) -> tuple[list[DigestItem], int]:
        """What is in a reader's digest, and how many matches were below the limits."""
        due = await self._items.due(official.id, closes, now)
        for waiting in due:
            if closes - waiting.held > LONGEST_WAIT:
                await self._items.drop(waiting.key, "too_old")
        due = [waiting for waiting in due if closes - waiting.held <= LONGEST_WAIT]
        below = [waiting for waiting in due if waiting.below]
        new = [waiting for waiting in due if not waiting.below]
        items = [await self._item(official, waiting, closes, now) for waiting in new]
        return [item for item in items if item is not None], len(below)

    async def _item(
        self, official: Official, waiting: WaitingItem, closes: datetime, now: datetime
    ) -> DigestItem | None:
        """One item as its reader may be told of it; what cannot be read is set aside alone."""
        try:
            if waiting.error is not None:
                raise waiting.error
            assert waiting.item is not None
            return await self._current(official, waiting, waiting.item, closes, now)
        except ValidationError as error:
            await self._set_item_aside(waiting.key, error, now)
            return None

    async def _current(
        self, official: Official, waiting: WaitingItem, item: DigestItem, closes: datetime, now: datetime
    ) -> DigestItem | None:
        """The item as its reader knows it by now; ``None`` where it is not wanted any more, or on its way."""
        if item.topics and not wants_topic(official, item.topics):
            await self._items.drop(waiting.key, "other_topic")
            return None
        visible = item.without(await self._store.records.hidden(item.tells_of, official.city, now))
        if visible is None:
            return None  # an embargo may end; what was withdrawn stays where it is
        if waiting.letter is None:
            return visible
        state = await self._store.letters.state(waiting.letter)
        if state in ON_ITS_WAY and closes - waiting.held < A_DAY:
            return None
        # What is unknown or was refused is not told: only here does its reader learn of it.
        return visible.model_copy(update={"told": state == "accepted"})

    async def _tick_off(self, official: Official, letter: DigestLetter, now: datetime) -> None:
        """Tick off what was in the letter as it is stored: another round may have written it before."""
        stored = await self._store.letters.find(letter.id)
        written = stored.letter if stored else letter
        assert isinstance(written, DigestLetter)
        await self._items.put_in_digest(official.id, written, now)

    async def _set_aside(self, official: str, error: Exception, now: datetime) -> None:
        """Keep what cannot be told apart from what can, with the reason."""
        why = _reason(error)
        items = await self._items.set_aside(official, why, now)
        SET_ASIDE.inc(items)
        log.error("digest_dead_lettered", official=official, items=items, reason=why)

    async def _set_item_aside(self, key: str, error: Exception, now: datetime) -> None:
        why = _reason(error)
        items = await self._items.set_item_aside(key, why, now)
        SET_ASIDE.inc(items)
        log.error("digest_dead_lettered", item=key, items=items, reason=why)

    async def failed(self) -> list[FailedItems]:
        """Return what was set aside, by official and reason."""
        return await self._items.failed()

    async def retry(self, official: str | None = None) -> int:
        """Let what was set aside wait for the next digest again; returns how many items."""
        return await self._items.retry(official)


def _reason(error: Exception) -> str:
    return redacted(f"{type(error).__name__}: {error}")[:500]
