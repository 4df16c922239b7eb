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
class _Told:
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
        found: dict[str, list[Release]] = {}
        for release in reading.releases:
            found.setdefault(release.process, []).append(release)
        processes = [await self._with(key, found[key], received, sender) for key in sorted(found)]
        asked = dict.fromkeys(process.unplaced for process in processes if process.unplaced)
        notices = (notice(each, self.reference.gazetteer) for each in asked)
        return MessageAssessment(processes=tuple(processes), complaints=(*reading.complaints, *notices))

    async def keep(
        self, process: AssessedProcess, received: datetime, publisher: str | None
    ) -> Sequence[Draft]:
        """Keep the releases of ``process``; return its drafts, with what others kept of it meanwhile."""
        for place, release in enumerate(process.releases):
            await self.releases.keep(StoredRelease.of(release, received, place, publisher))
        kept = await self.releases.of(process.key)
        told = await self._told(process.key, kept, publisher)
        if told.unplaced is None:
            return told.drafts
        await self.unplaced_buyers.note(told.unplaced, process.key, received)
        return (await self._told(process.key, kept, publisher)).drafts  # with a decision of a moment ago

    async def again(self, process: str) -> Sequence[Draft]:
        """Return the drafts of a process from what was kept of it and what was decided since."""
        kept = await self.releases.of(process)
        return (await self._told(process, kept, None)).drafts if kept else ()

    async def _with(
        self, key: str, fresh: Sequence[Release], received: datetime, sender: str | None
    ) -> AssessedProcess:
        kept = await self.releases.of(key)
        known = {each.digest for each in kept}
        arrived = (StoredRelease.of(each, received, place) for place, each in enumerate(fresh))
        added = {each.digest: each for each in arrived if each.digest not in known}
        told = await self._told(key, [*kept, *added.values()], sender)
        return AssessedProcess(key, tuple(fresh), told.drafts, told.unplaced)

    async def _told(self, key: str, kept: Iterable[StoredRelease], sender: str | None) -> _Told:
        """What the releases say; a doubtful buyer has the city that was decided, or that the process has."""
        ordered = sorted(kept, key=lambda each: each.arrival)
        records, unplaced = await self._read(ordered, {}), None
        if any(record.waits for record in records):
            publisher = await self._publisher_of(key, ordered[-1], sender)
            records = await self._read(ordered, await self.unplaced_buyers.decided(publisher))
            unplaced = unplaced_in(records, publisher)
        drafts = tuple(map(draft, records))
        if any(record.government.answer == "yes" and record.city is None for record in records):
            drafts = await self._where_it_was(key, drafts)
        return _Told(drafts, unplaced)

    async def _where_it_was(self, key: str, drafts: tuple[Draft, ...]) -> tuple[Draft, ...]:
        """A process keeps the city that its records have: another one is for an operator to give."""
        known = (record.owner.city for record in await self.records.drawn_from(key))
        city = next((each for each in known if each != UNRESOLVED), None)
        return tuple(each.placed(city) for each in drafts) if city else drafts

    async def _read(self, ordered: Sequence[StoredRelease], decided: Decided) -> tuple[ImportedFact, ...]:
        size = sum(len(each.content) for each in ordered)
        return await run_in_thread_if_large(size, self._records_of, ordered, decided)

    def _records_of(self, ordered: Sequence[StoredRelease], decided: Decided) -> tuple[ImportedFact, ...]:
        releases = [release for each in ordered if (release := self._restored(each)) is not None]
        profile = self._profile(ordered[-1].profile)
        as_of = max(each.received for each in ordered).date()
        return records_of(releases, profile, self.reference, as_of, decided)

    async def _publisher_of(self, process: str, newest: StoredRelease, sender: str | None) -> str:
        """In whose name decisions are remembered: the registered opener, else the feed."""
        opener = next(iter(await self.releases.publishers_of(process)), sender)
        if opener or newest.profile != UNKNOWN.id:
            return opener or newest.profile
        return f"{UNKNOWN.id}:{newest.package.publisher or ''}"[:500]

    def _restored(self, kept: StoredRelease) -> Release | None:
        found = restored(kept.content, kept.package, self._profile(kept.profile), self.salt)
        return found if isinstance(found, Release) else None

    def _profile(self, name: str) -> Profile:
        return UNKNOWN if name == UNKNOWN.id else self.profiles[name]


def draft(record: ImportedFact) -> Draft:
    """Return a record from procurement as what it is: a draft that its city has yet to confirm, or gone."""
    state: State = "withdrawn" if record.use == "withdrawn" else "draft"
    return Draft(fact=record.fact, state=state, verified_by=Verification.PROCUREMENT_RECORD)
