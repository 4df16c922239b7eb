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
            (judged.path_of(draft, text.path), text)
            for draft in own
            for text in held(draft.fact, self.holders)
        ]
        others = filter(None, (judged.comment, judged.evidence, judged.effect))
        texts += [(text.path, text) for fact in others for text in held(fact, self.holders)]
        return tuple(Complaint(path=path, message=text.reason[:500]) for path, text in texts)

    async def hold(
        self, message: IncomingMessage, judged: MessageAssessment, reasons: Sequence[Complaint]
    ) -> None:
        """Keep a message for its reviewer, clean, with whose word it is."""
        envelope = message.envelope.model_copy(update={"dataref": None})
        data = cleaned_data(message.letter.data, self.salt)
        who, cities = vouched(message.caller), cities_of(judged)
        await self.moderation.hold(RawEvent(envelope, data), who, reasons, message.received, cities)
        await self.messages.keep_fate(envelope, "held", message.received, complaints=reasons)


def cities_of(judged: MessageAssessment) -> tuple[str, ...]:
    """The cities that a message is about."""
    events = (judged.comment, judged.evidence, judged.effect)
    named = (*(draft.named_city for draft in judged.drafts), *(event.city for event in events if event))
    return tuple(sorted({*filter(None, named)}))
