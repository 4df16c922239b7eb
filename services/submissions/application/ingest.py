"""Where a message goes after its envelope was read: is it new, may it be said, what becomes of it."""

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

    async def take(self, heard: IncomingMessage) -> Sequence[Event]:
        """Take a message: its records, or a rejection its sender can find."""
        envelope, seal = heard.envelope, digest(heard.letter)
        sender = heard.caller.opener
        known = await self.repositories.messages.claim(envelope, seal, heard.received, sender)
        if sender and known.publisher not in (None, sender):
            return [await self._taken(heard, sender)]
        if known.digest not in (None, seal):
            await self.repositories.messages.note_duplicate(envelope, heard.received)
            log.info("submission_duplicate", source=envelope.source, submission=envelope.id)
            return []
        if wrong := type_complaint(heard.caller, envelope.type, heard.key):
            return await self._rejected(heard, (wrong,))
        try:
            whole = await self._claimed(heard)
        except ClaimCheckError as error:
            if known.fate == "recorded":
                return await self.recording.again(known.records)
            return await self._rejected(heard, (error.complaint,))
        return await self._storable(whole)

    async def _storable(self, heard: IncomingMessage) -> Sequence[Event]:
        """Judge and keep a message; what no document can hold is rejected."""
        try:
            return await self._judged(heard)
        except UNSTORABLE as error:
            log.warning("submission_unstorable", reason=type(error).__name__)
            return await self._rejected(heard, (UNKEEPABLE,))

    async def _taken(self, heard: IncomingMessage, sender: str) -> Event:
        """Refuse an id that another publisher uses under a source of both; its fate stays its own."""
        named = {"source": f"urn:citiesshare:ingest:{sender}"}
        complaint = Complaint(path="id", message=ID_TAKEN.format(heard.envelope.id[:200]))
        own = heard.envelope.model_copy(update=named)
        return await self.rejections.reject(own, (complaint,), heard.received)

    async def _claimed(self, heard: IncomingMessage) -> IncomingMessage:
        dataref = heard.envelope.dataref
        if not dataref:
            return heard
        try:
            return heard.holding(unpacked(await self.claim.fetch(dataref, heard.caller)))
        except MalformedEvent as error:
            raise ClaimCheckError(str(error)) from None

    async def _judged(self, heard: IncomingMessage) -> Sequence[Event]:
        judged = await self.judge.judge(heard)
        caller = acting(heard.caller, judged.actor)
        if isinstance(caller, Complaint):
            return await self._rejected(heard, judged.complaints or (caller,))
        heard = heard.by(caller)
        verified = await self.owning.verified(judged, caller)
        allowed = permitted(await self.owning.admitted(judged, caller), caller, verified)
        judged = judged.all_or_none(fitting(await self.owning.owned(allowed, heard)))
        if judged.useless:
            return await self._rejected(heard, judged.complaints, judged.conflicts)
        if named := self.screening.named(judged):
            return await self._screened(heard, judged, named)
        return await self._recorded(heard, judged)

    async def _screened(
        self, heard: IncomingMessage, judged: MessageAssessment, named: Sequence[Complaint]
    ) -> Sequence[Event]:
        """Let a reviewer decide on a text that names an office-holder."""
        held = await self.repositories.moderation.held(heard.envelope)
        if held and held.state == "shown":
            return await self._recorded(heard, judged)
        if held and held.state == "refused":
            reason = held.decisions[-1].reason if held.decisions else None
            moderator = (Complaint(path="", message=reason),) if reason else ()
            return await self._rejected(heard, (*named, *moderator))
        await self.screening.hold(heard, judged, named)
        await self.claim.settle(heard.envelope.dataref, heard.caller)
        return []

    async def _recorded(self, heard: IncomingMessage, judged: MessageAssessment) -> Sequence[Event]:
        refused = await self.comments.refused(heard, judged.comment) if judged.comment else None
        if refused:
            rejected = await self._rejected(heard, (refused.complaint,))
            return [*await self.recording.events_of(refused.records), *rejected]
        said = await self.recording.record(heard, judged)
        if isinstance(said, Refusal):
            return await self._rejected(heard, said.complaints, said.conflicts)
        await self.claim.settle(heard.envelope.dataref, heard.caller)
        return said

    async def _rejected(
        self, heard: IncomingMessage, complaints: Sequence[Complaint], conflicts: Sequence[Conflict] = ()
    ) -> Sequence[Event]:
        return [await self.rejections.reject(heard.envelope, complaints, heard.received, conflicts)]
