"""Rejecting a message: its complaints are stored where its sender can ask, and published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from services.submissions.application.repositories import MessageRepository
from services.submissions.domain.personal_data import cleaned_text
from shared.events import Complaint, Conflict, SubmissionRejected
from shared.messaging.cloudevents import Envelope

LONGEST = 500
log = structlog.get_logger()


@dataclass(frozen=True)
class Rejections:
    """The one way a message is rejected; ``salt`` hides the persons it names."""

    messages: MessageRepository
    salt: bytes

    async def reject(
        self,
        envelope: Envelope,
        complaints: Sequence[Complaint],
        received: datetime,
        conflicts: Sequence[Conflict] = (),
    ) -> SubmissionRejected:
        """Store what is wrong with a message, and return the event that says so."""
        rejection = self.rejection(envelope, complaints, received, conflicts)
        await self.messages.keep_fate(
            envelope, "rejected", received, complaints=rejection.complaints, conflicts=conflicts
        )
        return rejection

    def rejection(
        self,
        envelope: Envelope,
        complaints: Sequence[Complaint],
        received: datetime,
        conflicts: Sequence[Conflict] = (),
        *,
        partly: bool = False,
    ) -> SubmissionRejected:
        """Return the rejection of a message; ``partly`` where only some of its records were rejected."""
        clean = tuple(self._clean(complaint) for complaint in complaints)
        log.warning("submission_rejected", submission=envelope.id, path=clean[0].path, partly=partly)
        return SubmissionRejected(
            source=envelope.source[:LONGEST],
            event=envelope.id[:LONGEST],
            type=envelope.type[:LONGEST],
            complaints=clean,
            conflicts=tuple(conflicts),
            partly=partly,
            received=received,
        )

    def _clean(self, complaint: Complaint) -> Complaint:
        path, message = (cleaned_text(text, self.salt) for text in (complaint.path, complaint.message))
        return Complaint(path=path, message=message)
