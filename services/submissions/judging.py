"""Which reader judges a message: of procurement data, of catalogue entries, or of cities' own reports."""

from dataclasses import dataclass, replace
from typing import TypeVar

from services.submissions.catalogue import Catalogue
from services.submissions.domain.cleaning import cleaned, cleaned_text
from services.submissions.domain.intake import is_procurement, judge_report
from services.submissions.domain.judged import Judged
from services.submissions.domain.ocds.records import Reference
from services.submissions.heard import Heard
from services.submissions.procurement import Procurement
from shared.events import CatalogueEntry, Event

E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Judge:
    """All readers; ``salt`` hides the persons that free texts name, ``reference`` has the known cities and topics."""

    procurement: Procurement
    catalogue: Catalogue
    salt: bytes
    reference: Reference | None = None

    async def judge(self, heard: Heard) -> Judged:
        """Return what the message asks to keep, without personal data, and what is wrong with it."""
        kind, data = heard.envelope.type, heard.letter.data
        if is_procurement(kind):
            return await self.procurement.read(data, heard.received)
        judged = judge_report(kind, data, heard.said, self.reference)
        if kind == CatalogueEntry.message_type() and not judged.useless:
            publisher = heard.caller.publisher
            return self.catalogue.take(data, heard.received.date(), publisher.own_city if publisher else None)
        return self._clean(judged)

    def _clean(self, judged: Judged) -> Judged:
        drafts = tuple(cleaned(draft, self.salt) for draft in judged.drafts)
        comment = judged.comment and self._texts(judged.comment, "text", "source")
        evidence = judged.evidence and self._texts(judged.evidence, "by")
        return replace(judged, drafts=drafts, comment=comment, evidence=evidence)

    def _texts(self, said: E, *names: str) -> E:
        """Return ``said`` with these of its texts clean."""
        texts = {name: text for name in names if (text := getattr(said, name))}
        clean = {name: cleaned_text(text, self.salt) for name, text in texts.items()}
        return said.model_copy(update=clean)
