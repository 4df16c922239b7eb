"""Keeping what a message says: its words as records, its comment, and what is similar already."""

from collections.abc import Awaitable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.submissions.application.comments import Comments
from services.submissions.application.incoming_message import IncomingMessage
from services.submissions.application.ownership import LeftOut, OwnershipCheck
from services.submissions.application.procurement import Procurement
from services.submissions.application.record_changes import RecordUpdater
from services.submissions.application.rejections import Rejections
from services.submissions.application.repositories import MessageRepository, RecordRepository
from services.submissions.application.visible_records import VisibleRecords
from services.submissions.domain.concurrent_changes import Outdated, overtaken
from services.submissions.domain.drafts import Draft
from services.submissions.domain.lifecycle import blackout, notice
from services.submissions.domain.message_assessment import AssessedProcess, MessageAssessment
from services.submissions.domain.ownership import Contested, complaint_of
from services.submissions.domain.publishers import speaks_for
from services.submissions.domain.records import Record, attempt_key
from services.submissions.domain.similar_records import SimilarRecord, similar_to
from shared.events import Complaint, Conflict, Event
from shared.facts import CityProfile, Solution
from shared.visibility import PUBLISHED, Viewer

NO_RECORD_YET = (
    "kept with its process, but no need, solution or outcome follows from it yet: a need wants a buyer that "
    "is a city government and something it asks for, a solution an award or a contract"
)


@dataclass(frozen=True)
class Refusal:
    """Nothing of a message was kept: what its sender is told, and what owners are told."""

    complaints: Sequence[Complaint]
    conflicts: Sequence[Conflict] = ()


@dataclass(frozen=True)
class RecordWriter:
    """Records, comments and fates; for ``blackout`` before an election a city's new solutions wait."""

    records: RecordRepository
    messages: MessageRepository
    comments: Comments
    changing: RecordUpdater
    procurement: Procurement
    owning: OwnershipCheck
    rejections: Rejections
    blackout: timedelta = timedelta()

    async def record(self, heard: IncomingMessage, judged: MessageAssessment) -> Sequence[Event] | Refusal:
        """Keep what was said and return what is said of it, or what stands against all of it."""
        try:
            return await self._record(heard, judged)
        except Outdated as error:
            return Refusal((error.complaint,))

    async def _record(self, heard: IncomingMessage, judged: MessageAssessment) -> Sequence[Event] | Refusal:
        """Keep each part; raises Outdated where others changed the record that the message is based on.

        Where somebody else's word on one of its records was accepted a moment ago, that one is left out and
        told like a conflict that was seen before; the others are kept.
        """
        drafts = [await self._calm(draft, heard.said.date()) for draft in judged.drafts]
        late = LeftOut()
        if judged.attempt:
            await self._refuse_outdated(drafts, heard, judged)
        keeping = (self._keep(draft, heard, based_on=judged.based_on_of(draft.key)) for draft in drafts)
        kept = [record for keep in keeping for record in await self._free(keep, late)]
        processed = [await self._processed(process, heard, late) for process in judged.processes]
        kept += [record for records in processed for record in records or ()]
        similar = [each for record in kept for each in await self._similar(record)]
        try:
            changed = await self.changing.change(heard, judged)
        except Contested as error:
            late.free(error.conflict)
            changed = []
        if isinstance(changed, Complaint):
            return Refusal((changed,))
        judged = late.left_out(judged)
        if late.conflicts and not (kept or changed or any(each is not None for each in processed)):
            return Refusal(judged.complaints, judged.conflicts)
        asked = await self.changing.asked(judged.due)
        complaints = (*judged.complaints, *_delays(judged.drafts, drafts))
        comment, replied = await self._comment(heard, judged)
        records = (*kept, *changed, *replied)
        keys = [*(record.draft.key for record in (*kept, *changed)), *comment]
        complaints = complaints if keys or complaints else (_nothing_kept(judged),)
        await self.messages.keep_fate(
            heard.envelope, "recorded", heard.received, keys, complaints, judged.conflicts, similar
        )
        return [*await self.events_of(records), *asked, *self._rejected(heard, judged.conflicts)]

    def _rejected(self, heard: IncomingMessage, conflicts: Sequence[Conflict]) -> Sequence[Event]:
        """What is said of the records of a message that are another's, where the others were kept."""
        if not conflicts:
            return ()
        complaints = [complaint_of(conflict) for conflict in conflicts]
        told = self.rejections.told(heard.envelope, complaints, heard.received, conflicts, partly=True)
        return (told,)

    async def again(self, keys: Sequence[str]) -> Sequence[Event]:
        """Say once more what was recorded from data that are gone by now."""
        records = [await self.records.record(key) for key in keys]
        return await self.events_of(list(filter(None, records)))

    async def events_of(self, records: Sequence[Record]) -> list[Event]:
        """What the service says of ``records``: with each solution the newest of its own city's attempt."""
        known = {record.draft.key: record for record in records}
        attempts = {key for record in records if (key := attempt_key(record))}
        known |= await self.records.records(attempts - known.keys())
        return events_of_records(records, known)

    async def _refuse_outdated(
        self, drafts: Sequence[Draft], heard: IncomingMessage, judged: MessageAssessment
    ) -> None:
        """Raise Outdated before anything is kept, where a part of the message is based on an old revision."""
        for draft in drafts:
            based_on, record = judged.based_on_of(draft.key), await self.records.record(draft.key)
            if based_on is None or record is None:
                continue
            revisions = await self.records.revisions(draft.key)
            if late := overtaken(record, draft, heard.said, based_on, revisions):
                path = judged.path_of(draft, late.path)
                raise Outdated(Complaint(path=path, message=late.message))

    async def _keep(
        self,
        draft: Draft,
        heard: IncomingMessage,
        opener: str | None = None,
        based_on: int | None = None,
    ) -> Record:
        said, source = heard.said, heard.envelope.source
        return await self.records.keep(draft, said, source, heard.caller, opener, based_on)

    @staticmethod
    async def _free(keeping: Awaitable[Record], late: LeftOut) -> Sequence[Record]:
        """The record that was kept, or none, where it was another's a moment ago: that is noted."""
        try:
            return (await keeping,)
        except Contested as error:
            late.free(error.conflict)
            return ()

    async def _processed(
        self, process: AssessedProcess, heard: IncomingMessage, late: LeftOut
    ) -> Sequence[Record] | None:
        """Keep the releases of a process and the drafts read from all of them, in its opener's name.

        None where another publisher opened it a moment ago: that is noted.
        """
        try:
            opener = await self.owning.open(process, heard)
        except Contested as error:
            late.free(error.conflict)
            return None
        drafts = await self.procurement.keep(process, heard.received, heard.caller.opener)
        mine = (each for each in drafts if not each.resolved or speaks_for(heard.caller, each.city))
        return [
            record for draft in mine for record in await self._free(self._keep(draft, heard, opener), late)
        ]

    async def _comment(
        self, heard: IncomingMessage, judged: MessageAssessment
    ) -> tuple[Sequence[str], Sequence[Record]]:
        """The key of the comment, and the attempt that it is a reply to."""
        if judged.comment is None:
            return (), ()
        key, records = await self.comments.keep(heard, judged.comment)
        return (f"comment|{key}",), records

    async def _calm(self, draft: Draft, day: date) -> Draft:
        """Hide a new solution while its city is about to vote; what is shown already stays shown."""
        if not isinstance(draft.fact, Solution) or draft.state == "draft":
            return draft
        city = await self.records.record(f"city|{draft.city}")
        election = city.fact.next_election if city and isinstance(city.fact, CityProfile) else None
        hidden = blackout(draft, election, day, self.blackout)
        record = await self.records.record(draft.key) if hidden != draft else None
        return draft if record is not None and record.state in PUBLISHED else hidden

    async def _similar(self, record: Record) -> Sequence[SimilarRecord]:
        """What its city may see that seems to be what it submits for the first time."""
        fact = record.draft.fact
        if not isinstance(fact, Solution) or not record.draft.rank or record.revision > 1:
            return ()
        visible = VisibleRecords(self.records, Viewer(frozenset({fact.city})))
        return similar_to(fact, await visible.alike(fact))


def events_of_records(records: Sequence[Record], known: Mapping[str, Record]) -> list[Event]:
    """What the service says of ``records``: nothing of those whose city is not known.

    A solution's event says what is ``known`` (by key) of its own city's attempt as well: a subscriber has a
    queue for each kind, and could tell other cities of the solution before the attempt arrives.
    """
    return [
        record.event_with(known.get(attempt_key(record) or "")) for record in records if record.draft.resolved
    ]


def _nothing_kept(judged: MessageAssessment) -> Complaint:
    """Why a message that was taken left no record."""
    if judged.processes:
        return Complaint(path="", message=NO_RECORD_YET)
    if judged.transition:
        return Complaint(path="city", message="no record of this city waited for the transition")
    if judged.due:
        return Complaint(path="record", message="nothing is due any more: the record changed meanwhile")
    return Complaint(path="", message="everything in it was known before: nothing changed")


def _delays(said: Sequence[Draft], kept: Sequence[Draft]) -> Iterator[Complaint]:
    """What each sender is told whose solution waits for an election."""
    for before, after in zip(said, kept, strict=True):
        if after.embargo_until and after.embargo_until != before.embargo_until:
            yield notice(after.embargo_until)
