"""The steps after the envelope of a message was read: duplicate, permission, recording or rejection."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from services.submissions.application.assessing import MessageAssessor
from services.submissions.application.auth import Authenticator, acting
from services.submissions.application.claim_check import ClaimCheck, ClaimCheckError
from services.submissions.application.comments import Comments
from services.submissions.application.event_reader import unpacked
from services.submissions.application.incoming_message import IncomingMessage, digest
from services.submissions.application.moderation import OfficeHolderScreening
from services.submissions.application.ownership import OwnershipCheck
from services.submissions.application.recording import RecordWriter, Refusal
from services.submissions.application.rejections import Rejections
from services.submissions.application.repositories import SubmissionRepositories
from services.submissions.domain.message_assessment import MessageAssessment
from services.submissions.domain.permissions import permitted, type_complaint
from services.submissions.domain.validation import fitting
from shared.events import Complaint, Conflict, Event
from shared.messaging.cloudevents import MalformedEvent
from shared.store.mongo import UNSTORABLE

ID_TAKEN = "{!r} is the id of another publisher's message under this source: take one of your own"
UNKEEPABLE = Complaint(path="", message="the store cannot hold it: send it in parts, in plain values")
WAITS = 3  # times that a message waits for a record or a comment that is not known yet
log = structlog.get_logger()


@dataclass(frozen=True)
class Ingest:
    """Everything that taking a message needs; ``waits`` is how often one waits for what it refers to."""

    repositories: SubmissionRepositories
    callers: Authenticator
    claim: ClaimCheck
    judge: MessageAssessor
    owning: OwnershipCheck
    screening: OfficeHolderScreening
    comments: Comments
    recording: RecordWriter
    rejections: Rejections
    waits: int = WAITS

    async def take(self, message: IncomingMessage) -> Sequence[Event]:
        """Take a message: its records, or a rejection its sender can find."""
        envelope, seal = message.envelope, digest(message.letter)
        sender = message.caller.opener
        claimed = await self.repositories.messages.claim(envelope, seal, message.received, sender)
        if sender and claimed.publisher not in (None, sender):
            return [await self._taken(message, sender)]
        if claimed.digest not in (None, seal):
            await self.repositories.messages.note_duplicate(envelope, message.received)
            log.info("submission_duplicate", source=envelope.source, submission=envelope.id)
            return []
        if wrong := type_complaint(message.caller, envelope.type, message.key):
            return await self._rejected(message, (wrong,))
        try:
            whole = await self._claimed(message)
        except ClaimCheckError as error:
            if claimed.fate == "recorded":
                return await self.recording.again(claimed.records)
            return await self._rejected(message, (error.complaint,))
        return await self._storable(whole)

    async def _storable(self, message: IncomingMessage) -> Sequence[Event]:
        """Assess and store a message; what no document can hold is rejected."""
        try:
            return await self._judged(message)
        except UNSTORABLE as error:
            log.warning("submission_unstorable", reason=type(error).__name__)
            return await self._rejected(message, (UNKEEPABLE,))

    async def _taken(self, message: IncomingMessage, sender: str) -> Event:
        """Refuse an id that another publisher uses under a source of both; its fate stays its own."""
        named = {"source": f"urn:citiesshare:ingest:{sender}"}
        complaint = Complaint(path="id", message=ID_TAKEN.format(message.envelope.id[:200]))
        own = message.envelope.model_copy(update=named)
        return await self.rejections.reject(own, (complaint,), message.received)

    async def _claimed(self, message: IncomingMessage) -> IncomingMessage:
        dataref = message.envelope.dataref
        if not dataref:
            return message
        try:
            return message.holding(unpacked(await self.claim.fetch(dataref, message.caller)))
        except MalformedEvent as error:
            raise ClaimCheckError(str(error)) from None

    async def _judged(self, message: IncomingMessage) -> Sequence[Event]:
        judged = await self.judge.judge(message)
        caller = acting(message.caller, judged.actor)
        if isinstance(caller, Complaint):
            return await self._rejected(message, judged.complaints or (caller,))
        message = message.by(caller)
        verified = await self.owning.verified(judged, caller)
        allowed = permitted(await self.owning.admitted(judged, caller), caller, verified)
        judged = judged.all_or_none(fitting(await self.owning.owned(allowed, message)))
        if judged.useless:
            return await self._rejected(message, judged.complaints, judged.conflicts)
        if named := self.screening.named(judged):
            return await self._screened(message, judged, named)
        return await self._recorded(message, judged)

    async def _screened(
        self, message: IncomingMessage, judged: MessageAssessment, named: Sequence[Complaint]
    ) -> Sequence[Event]:
        """Let a reviewer decide on a text that names an office-holder."""
        held = await self.repositories.moderation.held(message.envelope)
        if held and held.state == "shown":
            return await self._recorded(message, judged)
        if held and held.state == "refused":
            reason = held.decisions[-1].reason if held.decisions else None
            moderator = (Complaint(path="", message=reason),) if reason else ()
            return await self._rejected(message, (*named, *moderator))
        await self.screening.hold(message, judged, named)
        await self.claim.settle(message.envelope.dataref, message.caller)
        return []

    async def _recorded(self, message: IncomingMessage, judged: MessageAssessment) -> Sequence[Event]:
        refused = await self.comments.refused(message, judged.comment) if judged.comment else None
        if refused:
            rejected = await self._rejected(message, (refused.complaint,))
            return [*await self.recording.events_of(refused.records), *rejected]
        events = await self.recording.record(message, judged)
        if isinstance(events, Refusal):
            return await self._rejected(message, events.complaints, events.conflicts)
        await self.claim.settle(message.envelope.dataref, message.caller)
        return events

    async def _rejected(
        self, message: IncomingMessage, complaints: Sequence[Complaint], conflicts: Sequence[Conflict] = ()
    ) -> Sequence[Event]:
        return [await self.rejections.reject(message.envelope, complaints, message.received, conflicts)]
