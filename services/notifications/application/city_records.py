"""One record of an official's own city, with everything its page shows."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from services.notifications.application.repositories import NotificationRepositories
from services.notifications.domain.desk.records import (
    KINDS,
    OwnRecord,
    RecordChange,
    RecordKind,
    Visibility,
    by_id,
    changes,
    departments,
    drafts_with,
    visibility,
)
from services.notifications.domain.desk.replies import may_reply
from services.notifications.domain.desk.sent import Fate, SentMessage
from services.notifications.domain.letters.base import title_for
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.officials import Official
from shared.events import OutcomeRecorded
from shared.facts import Adoption, Implementation, Solution


class SentLine(NamedTuple):
    """What was sent about a record, and what became of it."""

    message: SentMessage
    fate: Fate


class RecordPage(NamedTuple):
    """A record, who can see it, what was changed when, and what was sent about it from the desk.

    ``failures`` are those of other cities at it, to which its city may reply; ``names`` are of cities shown.
    """

    record: OwnRecord
    title: LocalizedText
    visibility: Visibility
    changes: tuple[RecordChange, ...]
    sent: tuple[SentLine, ...]
    failures: tuple[OutcomeRecorded, ...] = ()
    names: Mapping[str, str] = MappingProxyType({})

    @property
    def on_its_way(self) -> bool:
        """Whether something about it was sent, and neither recorded nor refused yet."""
        return any(line.fate == "on_its_way" for line in self.sent)


class CityRecords:
    """Reads records for the officials whose city they belong to."""

    def __init__(self, store: NotificationRepositories) -> None:
        self._store = store

    async def find(self, kind: str, record: str, official: Official, now: datetime) -> RecordPage | None:
        """Return a record of the official's city; None for any other, as for one that does not exist."""
        record_kind = next((name for name in KINDS if name == kind), None)
        own = await self._store.city_records.find(record_kind, record) if record_kind else None
        if own is None or own.city != official.city:
            return None
        about = {*own.about, *filter(None, [own.solution])} - {own.id}
        solutions, sent = await asyncio.gather(
            self._store.city_records.solutions(sorted(about)),
            self._store.sent_messages.about(own.key, official.city),
        )
        named = {solution.id: solution for solution in (*solutions, own)}
        statuses = [named[solution].status for solution in own.about if solution in named]
        return RecordPage(
            own,
            _title(own, named, official),
            visibility(own.status, now.date(), statuses),
            changes(own.history),
            tuple(SentLine(message, message.fate(own)) for message in sent),
            *await self._named_in(own, official, now),
        )

    async def departments(self, records: Collection[OwnRecord]) -> list[tuple[str, ...]]:
        """Return the departments of each of ``records``, in their order."""
        about = {
            record.fact.solution for record in records if isinstance(record.fact, Implementation | Adoption)
        }
        solutions = await self._store.city_records.solutions(sorted(about)) if about else []
        return [departments(record, solutions) for record in records]

    async def departments_of(
        self, kind: RecordKind, record: str, solution: str | None, city: str
    ) -> tuple[tuple[str, ...], ...]:
        """Return the departments of a record of ``city``, and of the ``solution`` that it is about.

        There are none where it is not recorded yet, or is another city's.
        """
        wanted: dict[tuple[RecordKind, str], None] = {(kind, record): None}
        if solution:
            wanted["solution", solution] = None
        found = [await self._store.city_records.find(*one) for one in wanted]
        return tuple(departments(one) for one in found if one and one.city == city)

    async def drafts_with(self, record: OwnRecord) -> tuple[OwnRecord, ...]:
        """Return the record with the drafts from procurement data that are decided on together with it."""
        if record.solution is None:
            return (record,)
        found = await asyncio.gather(
            self._store.city_records.find("solution", record.solution),
            self._store.city_records.find("outcome", f"{record.solution}|{record.city}"),
        )
        others = [one for one in found if one is not None and one.city == record.city]
        return drafts_with(record, (one for one in others if one.key != record.key))

    async def _named_in(
        self, record: OwnRecord, official: Official, now: datetime
    ) -> tuple[tuple[OutcomeRecorded, ...], dict[str, str]]:
        """Other cities' failures at a solution that may be told of, and the names of all cities shown."""
        attempts = await self._store.records.attempts_at(record.id) if record.kind == "solution" else []
        hidden = await self._store.records.hidden(
            (f"outcome|{attempt.subject}" for attempt in attempts), official.city, now
        )
        failures = tuple(
            attempt
            for attempt in attempts
            if attempt.implementation.city != official.city
            and f"outcome|{attempt.subject}" not in hidden
            and may_reply(official, attempt.implementation, record.city)
        )
        cities = {reply.city for reply in record.replies} | {one.implementation.city for one in failures}
        return failures, {city: await self._store.city_name(city) for city in sorted(cities)}


def _title(record: OwnRecord, solutions: dict[str, OwnRecord], official: Official) -> LocalizedText:
    own = record.title(official.speaks())
    if own is not None:
        return own
    solution = solutions.get(record.solution or "")
    if solution is not None and isinstance(solution.fact, Solution):
        return title_for(solution.fact, official.speaks())
    return by_id(record.solution or record.id)
