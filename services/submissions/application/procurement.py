"""From OCDS bytes to drafts: a process is read anew from all its releases, and kept once it may be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.submissions.application.large_inputs import run_in_thread_if_large
from services.submissions.application.repositories import (
    RecordRepository,
    ReleaseRepository,
    UnplacedBuyerRepository,
)
from services.submissions.domain.drafts import Draft
from services.submissions.domain.imported_facts import ImportedFact
from services.submissions.domain.message_assessment import AssessedProcess, MessageAssessment
from services.submissions.domain.ocds.buyer_city import Decided, UnplacedBuyer, notice, unplaced_in
from services.submissions.domain.ocds.mapping import ReferenceTables, records_of
from services.submissions.domain.ocds.reader import read_message, restored
from services.submissions.domain.ocds.releases import Release, StoredRelease
from services.submissions.domain.publisher_profiles import UNKNOWN, Profile, PublisherProfiles
from shared.events import State
from shared.facts import UNRESOLVED, Verification


@dataclass(frozen=True)
class _ProcessReading:
    """What all releases of a process say, and the buyer whose city has to be decided."""

    drafts: tuple[Draft, ...]
    unplaced: UnplacedBuyer | None


@dataclass(frozen=True)
class Procurement:
    """The reader of procurement systems: what was kept and decided, profiles, reference tables, salt."""

    releases: ReleaseRepository
    unplaced_buyers: UnplacedBuyerRepository
    records: RecordRepository
    profiles: PublisherProfiles
    reference: ReferenceTables
    salt: bytes

    async def read(self, data: bytes, received: datetime, sender: str | None = None) -> MessageAssessment:
        """Return every process that ``data`` holds releases of, as it would be with them; nothing is kept.

        Where nothing in ``data`` could be used, its complaints are returned; beside usable releases they are
        returned with the processes, and so is the notice that a buyer's city has to be decided. ``sender`` is
        the registered publisher, if it is one.
        """
        reading = await run_in_thread_if_large(len(data), read_message, data, self.profiles.of, self.salt)
        by_process: dict[str, list[Release]] = {}
        for release in reading.releases:
            by_process.setdefault(release.process, []).append(release)
        processes = [await self._with(key, by_process[key], received, sender) for key in sorted(by_process)]
        asked = dict.fromkeys(process.unplaced for process in processes if process.unplaced)
        notices = (notice(buyer, self.reference.gazetteer) for buyer in asked)
        return MessageAssessment(processes=tuple(processes), complaints=(*reading.complaints, *notices))

    async def keep(
        self, process: AssessedProcess, received: datetime, publisher: str | None
    ) -> Sequence[Draft]:
        """Keep the releases of ``process``; return its drafts, with what others kept of it meanwhile."""
        for place, release in enumerate(process.releases):
            await self.releases.keep(StoredRelease.of(release, received, place, publisher))
        stored = await self.releases.of(process.key)
        reading = await self._reading_of(process.key, stored, publisher)
        if reading.unplaced is None:
            return reading.drafts
        await self.unplaced_buyers.note(reading.unplaced, process.key, received)
        with_decision = await self._reading_of(process.key, stored, publisher)  # of a moment ago
        return with_decision.drafts

    async def again(self, process: str) -> Sequence[Draft]:
        """Return the drafts of a process from what was kept of it and what was decided since."""
        stored = await self.releases.of(process)
        return (await self._reading_of(process, stored, None)).drafts if stored else ()

    async def _with(
        self, key: str, fresh: Sequence[Release], received: datetime, sender: str | None
    ) -> AssessedProcess:
        stored = await self.releases.of(key)
        digests = {release.digest for release in stored}
        arrived = (StoredRelease.of(release, received, place) for place, release in enumerate(fresh))
        added = {release.digest: release for release in arrived if release.digest not in digests}
        reading = await self._reading_of(key, [*stored, *added.values()], sender)
        return AssessedProcess(key, tuple(fresh), reading.drafts, reading.unplaced)

    async def _reading_of(
        self, key: str, stored: Iterable[StoredRelease], sender: str | None
    ) -> _ProcessReading:
        """What the releases say; a doubtful buyer has the city that was decided, or that the process has."""
        ordered = sorted(stored, key=lambda release: release.arrival)
        records, unplaced = await self._read(ordered, {}), None
        if any(record.waits for record in records):
            publisher = await self._publisher_of(key, ordered[-1], sender)
            records = await self._read(ordered, await self.unplaced_buyers.decided(publisher))
            unplaced = unplaced_in(records, publisher)
        drafts = tuple(map(draft, records))
        if any(record.government.answer == "yes" and record.city is None for record in records):
            drafts = await self._where_it_was(key, drafts)
        return _ProcessReading(drafts, unplaced)

    async def _where_it_was(self, key: str, drafts: tuple[Draft, ...]) -> tuple[Draft, ...]:
        """A process keeps the city that its records have: another one is for an operator to give."""
        cities = (record.owner.city for record in await self.records.drawn_from(key))
        city = next((name for name in cities if name != UNRESOLVED), None)
        return tuple(item.placed(city) for item in drafts) if city else drafts

    async def _read(self, ordered: Sequence[StoredRelease], decided: Decided) -> tuple[ImportedFact, ...]:
        size = sum(len(release.content) for release in ordered)
        return await run_in_thread_if_large(size, self._records_of, ordered, decided)

    def _records_of(self, ordered: Sequence[StoredRelease], decided: Decided) -> tuple[ImportedFact, ...]:
        releases = [release for stored in ordered if (release := self._restored(stored)) is not None]
        profile = self._profile(ordered[-1].profile)
        as_of = max(release.received for release in ordered).date()
        return records_of(releases, profile, self.reference, as_of, decided)

    async def _publisher_of(self, process: str, newest: StoredRelease, sender: str | None) -> str:
        """In whose name decisions are remembered: the registered opener, else the feed."""
        opener = next(iter(await self.releases.publishers_of(process)), sender)
        if opener or newest.profile != UNKNOWN.id:
            return opener or newest.profile
        return f"{UNKNOWN.id}:{newest.package.publisher or ''}"[:500]

    def _restored(self, stored: StoredRelease) -> Release | None:
        release = restored(stored.content, stored.package, self._profile(stored.profile), self.salt)
        return release if isinstance(release, Release) else None

    def _profile(self, name: str) -> Profile:
        return UNKNOWN if name == UNKNOWN.id else self.profiles[name]


def draft(record: ImportedFact) -> Draft:
    """Return a record from procurement as what it is: a draft that its city has yet to confirm, or gone."""
    state: State = "withdrawn" if record.use == "withdrawn" else "draft"
    return Draft(fact=record.fact, state=state, verified_by=Verification.PROCUREMENT_RECORD)
