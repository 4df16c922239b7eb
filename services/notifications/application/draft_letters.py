"""The round that tells officials of drafts that procurement data made: one letter at the reader's hour.

What a message brings waits here (``draft_notices``). A reader is told of it once, when the hour that they
chose for summaries has passed: those who want a daily one or letters at once the same day, the others in
their week. A letter is keyed by its period, and drafts are ticked off by the letter as it is stored: a crash
after it was entrusted is repaired by the next round. Nobody is told of what was decided on meanwhile.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import structlog

from services.notifications.application.ports import Calendar, SendLetter
from services.notifications.application.readers import Readers
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.application.stored_models import DraftNotice
from services.notifications.domain.desk.draft_readers import told_of, who_may_confirm
from services.notifications.domain.desk.records import (
    DraftGroup,
    OwnRecord,
    RecordKind,
    draft_groups,
    is_draft_from_procurement,
)
from services.notifications.domain.letters import drafts
from services.notifications.domain.letters.base import title_for
from services.notifications.domain.letters.drafts import DraftsLetter
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.officials import Official
from shared.events import NeedRecorded, OutcomeRecorded, SolutionRecorded
from shared.facts import Implementation, Need, Solution

LONGEST_WAIT = timedelta(days=30)
"""How long a draft is news: the desk lists it for as long as it is one."""
log = structlog.get_logger()


class DueDrafts(NamedTuple):
    """A reader whose hour has passed, the period of the letter, and when that closed."""

    official: Official
    period: str
    closes: datetime


class DraftLetters:
    """Notes drafts as they are recorded, and writes the letters about them."""

    def __init__(
        self, store: NotificationRepositories, readers: Readers, calendar: Calendar, send: SendLetter
    ) -> None:
        self._store, self._notices = store, store.draft_notices
        self._readers, self._calendar, self._send = readers, calendar, send

    async def note(self, event: SolutionRecorded | OutcomeRecorded | NeedRecorded, now: datetime) -> None:
        """Let a draft from procurement data wait for a letter, once however often it is recorded."""
        record = _record(event)
        if is_draft_from_procurement(record):
            await self._notices.add(record.key, record.city, now)

    async def run(self, now: datetime) -> int:
        """Write the letters that are due; returns how many were entrusted."""
        written = 0
        for city in await self._notices.cities():
            try:
                written += await self._tell(city, now)
            except ValueError as error:  # hours or a record that cannot be read stop no other city
                log.error("draft_letters_failed", city=city, reason=str(error)[:300])  # noqa: TRY400
        return written

    async def _tell(self, city: str, now: datetime) -> int:
        notices = await self._notices.of_city(city)
        waiting = [notice for notice in notices if now - notice.since <= LONGEST_WAIT]
        await self._notices.settle([notice.key for notice in notices if notice not in waiting])
        officials = who_may_confirm(await self._readers.present(city, now.date()))
        due = [slot for official in officials if (slot := self._slot(official, waiting, now)) is not None]
        if not due:
            return 0
        groups, titles = await self._drafts(city, waiting)
        written = 0
        for slot in due:
            written += await self._write(slot, groups, officials, waiting, titles)
        await self._settle(groups, officials, city)
        return written

    def _slot(self, official: Official, waiting: Iterable[DraftNotice], now: datetime) -> DueDrafts | None:
        """The letter of a reader that is due; None where nothing new waited at the reader's hour."""
        at_once = official.cadence == "instant"
        reader = official.model_copy(update={"cadence": "daily"}) if at_once else official
        slot = self._calendar.last_slot(reader, now)
        if slot is None or self._calendar.next_opening(official, now) > now:
            return None
        news = any(notice.since < slot[1] and official.id not in notice.told for notice in waiting)
        return DueDrafts(official, *slot) if news else None

    async def _drafts(
        self, city: str, waiting: Sequence[DraftNotice]
    ) -> tuple[tuple[DraftGroup, ...], dict[str, LocalizedText]]:
        """The drafts that wait and are still some, and titles of the other solutions that they are about."""
        keys = {notice.key for notice in waiting}
        records = [
            record
            for record in await self._store.city_records.of_city(city)
            if record.key in keys and is_draft_from_procurement(record)
        ]
        await self._notices.settle(sorted(keys - {record.key for record in records}))
        own = {record.id for record in records}
        others = sorted({record.solution for record in records if record.solution} - own)
        found = await self._store.city_records.solutions(others)
        solutions = {one.id: one.fact for one in found if isinstance(one.fact, Solution)}
        return draft_groups(records), {name: title_for(fact, ()) for name, fact in solutions.items()}

    async def _write(
        self,
        slot: DueDrafts,
        groups: Sequence[DraftGroup],
        officials: Sequence[Official],
        waiting: Iterable[DraftNotice],
        titles: dict[str, LocalizedText],
    ) -> int:
        official, period, closes = slot
        new = {notice.key for notice in waiting if notice.since < closes and official.id not in notice.told}
        theirs = [
            DraftGroup(group.key, records)
            for group in groups
            if official in told_of(group, officials)
            and (records := tuple(record for record in group.records if record.key in new))
        ]
        letter = drafts.write(official, period, theirs, titles, closes.astimezone(UTC))
        if letter is None:
            return 0
        await self._send(letter)
        stored = await self._store.letters.find(letter.id)
        content = stored.letter if stored else letter
        assert isinstance(content, DraftsLetter)
        await self._notices.tick_off(content.tells_of, official.id)
        return 1

    async def _settle(self, groups: Iterable[DraftGroup], officials: Sequence[Official], city: str) -> None:
        """Let no longer wait what everybody was told of who is to be told."""
        told = {notice.key: notice.told for notice in await self._notices.of_city(city)}
        done = [
            record.key
            for group in groups
            for record in group.records
            if {official.id for official in told_of(group, officials)} <= told.get(record.key, frozenset())
        ]
        await self._notices.settle(done)


def _record(event: SolutionRecorded | OutcomeRecorded | NeedRecorded) -> OwnRecord:
    kind: RecordKind
    fact: Solution | Implementation | Need
    match event:
        case SolutionRecorded():
            kind, fact = "solution", event.solution
        case OutcomeRecorded():
            kind, fact = "outcome", event.implementation
        case NeedRecorded():
            kind, fact = "need", event.need
    return OwnRecord(kind, event.subject, fact.city, fact, event.state, event.revision)
