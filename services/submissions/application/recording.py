"""Storing a message: its records, its comment, and which similar records exist already."""

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
    """Nothing of a message was stored: the complaints for its sender, and the conflicts for owners."""

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

    async def record(self, message: IncomingMessage, judged: MessageAssessment) -> Sequence[Event] | Refusal:
        """Store the records of a message; return the events to publish, or why nothing was stored."""
        try:
            return await self._record(message, judged)
        except Outdated as error:
            return Refusal((error.complaint,))

    async def _record(self, message: IncomingMessage, judged: MessageAssessment) -> Sequence[Event] | Refusal:
        """Keep each part; raises Outdated where others changed the record that the message is based on.

        Where somebody else's word on one of its records was accepted a moment ago, that one is left out and
        told like a conflict that was seen before; the others are kept.
        """
        drafts = [await self._calm(draft, message.sent_at.date()) for draft in judged.drafts]
        late = LeftOut()
        if judged.attempt:
            await self._refuse_outdated(drafts, message, judged)
        keeping = (self._keep(draft, message, based_on=judged.based_on_of(draft.key)) for draft in drafts)
        stored = [record for keep in keeping for record in await self._free(keep, late)]
        processed = [await self._processed(process, message, late) for process in judged.processes]
        stored += [record for records in processed for record in records or ()]
        similar = [match for record in stored for match in await self._similar(record)]
        try:
            changed = await self.changing.change(message, judged)
        except Contested as error:
            late.free(error.conflict)
            changed = []
        if isinstance(changed, Complaint):
            return Refusal((changed,))
        judged = late.left_out(judged)
        if late.conflicts and not (stored or changed or any(written is not None for written in processed)):
            return Refusal(judged.complaints, judged.conflicts)
        asked = await self.changing.asked(judged.due)
        complaints = (*judged.complaints, *_delays(judged.drafts, drafts))
        comment, replied = await self._comment(message, judged)
        records = (*stored, *changed, *replied)
        keys = [*(record.draft.key for record in (*stored, *changed)), *comment]
        complaints = complaints if keys or complaints else (_nothing_stored(judged),)
        await self.messages.keep_fate(
            message.envelope, "recorded", message.received, keys, complaints, judged.conflicts, similar
        )
        return [*await self.events_of(records), *asked, *self._rejected(message, judged.conflicts)]

    def _rejected(self, message: IncomingMessage, conflicts: Sequence[Conflict]) -> Sequence[Event]:
        """The rejection of those records of a message that are another's, where the others were stored."""
        if not conflicts:
            return ()
        complaints = [complaint_of(conflict) for conflict in conflicts]
        rejection = self.rejections.rejection(
            message.envelope, complaints, message.received, conflicts, partly=True
        )
        return (rejection,)

    async def again(self, keys: Sequence[str]) -> Sequence[Event]:
        """Return the events of records whose message came again and whose data are gone by now."""
        records = [await self.records.record(key) for key in keys]
        return await self.events_of(list(filter(None, records)))

    async def events_of(self, records: Sequence[Record]) -> list[Event]:
        """The events of ``records``: with each solution the newest of its own city's attempt."""
        by_key = {record.draft.key: record for record in records}
        attempts = {key for record in records if (key := attempt_key(record))}
        by_key |= await self.records.records(attempts - by_key.keys())
        return events_of_records(records, by_key)

    async def _refuse_outdated(
        self, drafts: Sequence[Draft], message: IncomingMessage, judged: MessageAssessment
    ) -> None:
        """Raise Outdated before anything is kept, where a part of the message is based on an old revision."""
        for draft in drafts:
            based_on, record = judged.based_on_of(draft.key), await self.records.record(draft.key)
            if based_on is None or record is None:
                continue
            revisions = await self.records.revisions(draft.key)
            if late := overtaken(record, draft, message.sent_at, based_on, revisions):
                path = judged.path_of(draft, late.path)
                raise Outdated(Complaint(path=path, message=late.message))

    async def _keep(
        self,
        draft: Draft,
        message: IncomingMessage,
        opener: str | None = None,
        based_on: int | None = None,
    ) -> Record:
        sent_at, source = message.sent_at, message.envelope.source
        return await self.records.keep(draft, sent_at, source, message.caller, opener, based_on)

    @staticmethod
    async def _free(keeping: Awaitable[Record], late: LeftOut) -> Sequence[Record]:
        """The record that was kept, or none, where it was another's a moment ago: that is noted."""
        try:
            return (await keeping,)
        except Contested as error:
            late.free(error.conflict)
            return ()

    async def _processed(
        self, process: AssessedProcess, message: IncomingMessage, late: LeftOut
    ) -> Sequence[Record] | None:
        """Keep the releases of a process and the drafts read from all of them, in its opener's name.

        None where another publisher opened it a moment ago: that is noted.
        """
        try:
            opener = await self.owning.open(process, message)
        except Contested as error:
            late.free(error.conflict)
            return None
        drafts = await self.procurement.keep(process, message.received, message.caller.opener)
        mine = (item for item in drafts if not item.resolved or speaks_for(message.caller, item.city))
        return [
            record for draft in mine for record in await self._free(self._keep(draft, message, opener), late)
        ]

    async def _comment(
        self, message: IncomingMessage, judged: MessageAssessment
    ) -> tuple[Sequence[str], Sequence[Record]]:
        """The key of the comment, and the attempt that it is a reply to."""
        if judged.comment is None:
            return (), ()
        key, records = await self.comments.keep(message, judged.comment)
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


def events_of_records(records: Sequence[Record], by_key: Mapping[str, Record]) -> list[Event]:
    """The events of ``records``; none of those whose city is not known.

    A solution's event holds what ``by_key`` has of its own city's attempt as well: a subscriber has a
    queue for each kind, and could tell other cities of the solution before the attempt arrives.
    """
    return [
        record.event_with(by_key.get(attempt_key(record) or ""))
        for record in records
        if record.draft.resolved
    ]


def _nothing_stored(judged: MessageAssessment) -> Complaint:
    """Why a message that was taken left no record."""
    if judged.processes:
        return Complaint(path="", message=NO_RECORD_YET)
    if judged.transition:
        return Complaint(path="city", message="no record of this city waited for the transition")
    if judged.due:
        return Complaint(path="record", message="nothing is due any more: the record changed meanwhile")
    return Complaint(path="", message="everything in it was known before: nothing changed")


def _delays(submitted: Sequence[Draft], stored: Sequence[Draft]) -> Iterator[Complaint]:
    """The notice to the sender of each solution that waits for an election."""
    for before, after in zip(submitted, stored, strict=True):
        if after.embargo_until and after.embargo_until != before.embargo_until:
            yield notice(after.embargo_until)
