"""A text that names an office-holder waits until a reviewer has seen it."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.submissions.application.auth import vouched
from services.submissions.application.incoming_message import IncomingMessage
from services.submissions.application.repositories import MessageRepository, ModerationQueue
from services.submissions.domain.message_assessment import MessageAssessment
from services.submissions.domain.office_holders import OfficeHolder, held
from services.submissions.domain.personal_data import cleaned_data
from shared.events import Complaint
from shared.messaging.cloudevents import RawEvent


@dataclass(frozen=True)
class OfficeHolderScreening:
    """The list of office-holders, and the desk on which what names them waits."""

    moderation: ModerationQueue
    messages: MessageRepository
    holders: tuple[OfficeHolder, ...]
    salt: bytes

    def named(self, judged: MessageAssessment) -> tuple[Complaint, ...]:
        """Return where it names an office-holder in what would be seen before its city looked at it."""
        own = (draft for draft in judged.drafts if draft.state != "draft")
        texts = [
            (judged.path_of(draft, each.path), each)
            for draft in own
            for each in held(draft.fact, self.holders)
        ]
        others = filter(None, (judged.comment, judged.evidence))
        texts += [(each.path, each) for fact in others for each in held(fact, self.holders)]
        return tuple(Complaint(path=path, message=each.reason[:500]) for path, each in texts)

    async def hold(
        self, heard: IncomingMessage, judged: MessageAssessment, reasons: Sequence[Complaint]
    ) -> None:
        """Keep a message for its reviewer, clean, with whose word it is."""
        envelope = heard.envelope.model_copy(update={"dataref": None})
        data = cleaned_data(heard.letter.data, self.salt)
        who, cities = vouched(heard.caller), cities_of(judged)
        await self.moderation.hold(RawEvent(envelope, data), who, reasons, heard.received, cities)
        await self.messages.keep_fate(envelope, "held", heard.received, complaints=reasons)


def cities_of(judged: MessageAssessment) -> tuple[str, ...]:
    """The cities for which a message was said."""
    said = (judged.comment, judged.evidence)
    named = (*(draft.named_city for draft in judged.drafts), *(each.city for each in said if each))
    return tuple(sorted({*filter(None, named)}))
