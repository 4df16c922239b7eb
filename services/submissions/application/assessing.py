"""Which reader judges a message: of procurement data, of catalogue entries, or of cities' own reports."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from services.submissions.application.catalogue import Catalogue
from services.submissions.application.incoming_message import IncomingMessage
from services.submissions.application.large_inputs import run_in_thread_if_large
from services.submissions.application.procurement import Procurement
from services.submissions.domain.message_assessment import MessageAssessment
from services.submissions.domain.ocds.mapping import ReferenceTables
from services.submissions.domain.personal_data import cleaned, cleaned_text
from services.submissions.domain.validation import assess_report, is_procurement
from shared.events import CatalogueEntry, Event
from shared.messaging.cloudevents import RawEvent

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class ReportAssessor:
    """Judges what is not procurement data, for every way in; ``reference``: known cities, topics."""

    catalogue: Catalogue
    reference: ReferenceTables

    def judge(
        self, letter: RawEvent, sent_at: datetime, received: date, city: str | None = None
    ) -> MessageAssessment:
        """Return what a message asks to keep; ``city`` is that of its publisher, where it is one."""
        kind = letter.envelope.type
        judged = assess_report(kind, letter.data, sent_at, self.reference)
        if kind != CatalogueEntry.message_type() or judged.useless:
            return judged
        read = self.catalogue.take(letter.data, received, city)
        return replace(read, complaints=(*judged.complaints, *read.complaints))


@dataclass(frozen=True)
class MessageAssessor:
    """All readers; ``salt`` hides the persons that free texts name."""

    procurement: Procurement
    reports: ReportAssessor
    salt: bytes

    async def judge(self, message: IncomingMessage) -> MessageAssessment:
        """Return what the message asks to keep, without personal data, and what is wrong with it."""
        kind, data = message.envelope.type, message.letter.data
        if is_procurement(kind):
            return await self.procurement.read(data, message.received, message.caller.opener)
        publisher = message.caller.publisher
        city = publisher.own_city if publisher else None
        return await run_in_thread_if_large(len(data), self._report, message, city)

    def _report(self, message: IncomingMessage, city: str | None) -> MessageAssessment:
        return self._clean(self.reports.judge(message.letter, message.sent_at, message.received.date(), city))

    def _clean(self, judged: MessageAssessment) -> MessageAssessment:
        drafts = tuple(cleaned(draft, self.salt) for draft in judged.drafts)
        comment = judged.comment and self._texts(judged.comment, "text", "source", "by")
        evidence = judged.evidence and self._texts(judged.evidence, "by")
        effect = judged.effect and self._texts(judged.effect, "by", "indicator", "unit")
        return replace(judged, drafts=drafts, comment=comment, evidence=evidence, effect=effect)

    def _texts(self, event: E, *names: str) -> E:
        """Return ``event`` with these of its texts clean."""
        texts = {name: text for name in names if (text := getattr(event, name))}
        clean = {name: cleaned_text(text, self.salt) for name, text in texts.items()}
        return event.model_copy(update=clean)
