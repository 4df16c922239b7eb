"""Leaving out statements on records and processes that are not the sender's, before anything is stored."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from services.submissions.application.incoming_message import IncomingMessage
from services.submissions.application.repositories import RecordRepository, ReleaseRepository
from services.submissions.domain.drafts import Draft
from services.submissions.domain.message_assessment import AssessedProcess, MessageAssessment
from services.submissions.domain.ownership import (
    Contested,
    change_conflict,
    complaint_of,
    drawn_complaint,
    name_space_complaint,
)
from services.submissions.domain.publishers import Caller
from services.submissions.domain.records import word_conflict
from shared.errors import RetryableError
from shared.events import Complaint, Conflict
from shared.facts import UNRESOLVED, Kpi, Need, Solution


@dataclass
class LeftOut:
    """What was left out: the complaints of the sender, and the conflicts that are published to owners."""

    complaints: list[Complaint] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)

    def free(self, conflict: Conflict | None) -> bool:
        """Whether nothing stands against it; what does is noted."""
        if conflict and conflict not in self.conflicts:
            self.conflicts.append(conflict)
            self.complaints.append(complaint_of(conflict))
        return conflict is None

    def left_out(self, judged: MessageAssessment) -> MessageAssessment:
        """Return ``judged`` with what was noted."""
        complaints = (*judged.complaints, *self.complaints)
        return replace(judged, complaints=complaints, conflicts=(*judged.conflicts, *self.conflicts))


@dataclass(frozen=True)
class OwnershipCheck:
    """Asks the records and processes that a message is about whose they are."""

    records: RecordRepository
    releases: ReleaseRepository

    async def admitted(self, judged: MessageAssessment, caller: Caller) -> MessageAssessment:
        """Return ``judged`` without processes that another publisher opened."""
        left_out = LeftOut()
        processes = [
            process for process in judged.processes if await self._may_add(process, caller, left_out)
        ]
        return left_out.left_out(replace(judged, processes=tuple(processes)))

    async def verified(self, judged: MessageAssessment, caller: Caller) -> tuple[Kpi, ...]:
        """Return the results that the records of an official's own city have, whoever verified them."""
        if not caller.officials:
            return ()
        keys = [draft.key for draft in judged.drafts if isinstance(draft.fact, Solution)]
        records = [await self.records.record(key) for key in keys]
        own = (record for record in records if record and record.owner.city in caller.cities)
        return tuple(kpi for record in own if isinstance(record.fact, Solution) for kpi in record.fact.kpis)

    async def owned(self, judged: MessageAssessment, message: IncomingMessage) -> MessageAssessment:
        """Return ``judged`` without words on what is another's, with a complaint and a conflict for each."""
        left_out, caller = LeftOut(), message.caller
        drafts = [draft for draft in judged.drafts if await self._may_record(draft, message, left_out)]
        processes = [
            process for process in judged.processes if await self._drawn_from(process, caller, left_out)
        ]
        changes = [
            change for change in judged.changes if await self._may(change.key, change.city, caller, left_out)
        ]
        evidence = judged.evidence
        if evidence and not await self._may(f"solution|{evidence.solution}", evidence.city, caller, left_out):
            evidence = None
        effect = judged.effect
        if effect and not await self._may(f"adoption|{effect.subject}", effect.city, caller, left_out):
            effect = None
        left = replace(
            judged,
            drafts=tuple(drafts),
            processes=tuple(processes),
            changes=tuple(changes),
            evidence=evidence,
            effect=effect,
        )
        return left_out.left_out(left)

    async def open(self, process: AssessedProcess, message: IncomingMessage) -> str | None:
        """Open a process that nobody opened, in one conditional write; return who opened it.

        None where the sender is not registered. Raises Contested where it is another publisher's by now.
        """
        sender = message.caller.opener
        if sender is None:
            return None
        opener = next(iter(await self._publishers_of(process)), sender)
        publishers = await self.releases.open(process.key, opener, message.received)
        if sender not in publishers:
            raise Contested(await self._of_another(process, publishers[0]))
        return publishers[0]

    async def _publishers_of(self, process: AssessedProcess) -> tuple[str, ...]:
        """Return the publishers of a process; of one kept before there were any, those of its records."""
        if publishers := await self.releases.publishers_of(process.key):
            return publishers
        records = [await self.records.record(draft.key) for draft in process.drafts]
        openers = (record.owner.drafted_by for record in records if record)
        return tuple(sorted({*filter(None, openers)})[:1])

    async def _may_record(self, draft: Draft, message: IncomingMessage, left_out: LeftOut) -> bool:
        record = await self.records.record(draft.key)
        if record is None and (drawn := _drawn(draft, message.caller)):
            if message.may_wait:  # the release that it is drawn from may be on its way
                raise RetryableError(f"{draft.key} is not known yet")
            left_out.complaints.append(drawn)
            return False
        if record is None and (misnamed := _misnamed(draft, message.caller)):
            left_out.complaints.append(misnamed)
            return False
        return left_out.free(word_conflict(draft, record, message.caller))

    async def _may(self, key: str, city: str | None, caller: Caller, left_out: LeftOut) -> bool:
        record = await self.records.record(key)
        return left_out.free(change_conflict(key, record.owner, city, caller) if record else None)

    async def _may_add(self, process: AssessedProcess, caller: Caller, left_out: LeftOut) -> bool:
        publishers = await self._publishers_of(process) if caller.publisher else ()
        if not publishers or caller.opener in publishers:
            return True
        return left_out.free(await self._of_another(process, publishers[0]))

    async def _drawn_from(self, process: AssessedProcess, caller: Caller, left_out: LeftOut) -> bool:
        """Whether all records of the process are of the city that its drafts name, and of its opener."""
        publishers = await self._publishers_of(process) if caller.publisher else ()
        records = [(draft, await self.records.record(draft.key)) for draft in process.drafts]
        opener = next(iter(publishers), None)
        free = [left_out.free(word_conflict(*record, caller, opener)) for record in records]
        return all(free)

    async def _of_another(self, process: AssessedProcess, opener: str) -> Conflict:
        owner = await self._city_of(process.drafts) or next(iter(process.cities), UNRESOLVED)
        city = next(iter(process.cities), UNRESOLVED)
        return Conflict(record=process.key[:1000], owner=owner, city=city, opened_by=opener)

    async def _city_of(self, drafts: Iterable[Draft]) -> str | None:
        """The city that the records of a process belong to, where one is known."""
        for draft in drafts:
            record = await self.records.record(draft.key)
            if record and record.owner.city != UNRESOLVED:
                return record.owner.city
        return None


def _drawn(draft: Draft, caller: Caller) -> Complaint | None:
    fact = draft.fact  # attempts and adoptions are known by their city, too
    return drawn_complaint(fact.id, draft.rank, caller) if isinstance(fact, Need | Solution) else None


def _misnamed(draft: Draft, caller: Caller) -> Complaint | None:
    fact = draft.fact
    return name_space_complaint(fact.id, caller) if isinstance(fact, Need | Solution) else None
