"""Comments wait for a moderator; a reply that was shown stands beside the attempt that it is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from services.submissions.application.auth import vouched
from services.submissions.application.incoming_message import IncomingMessage
from services.submissions.application.repositories import ModerationQueue, RecordRepository
from services.submissions.application.stored_models import StoredComment
from services.submissions.application.visible_records import VisibleRecords
from services.submissions.domain import questions
from services.submissions.domain.moderation import REASONS
from services.submissions.domain.records import Record
from services.submissions.domain.right_of_reply import Party, party_to
from services.submissions.domain.transitions import Attribution, Step, TransitionRefused, replying, silencing
from shared.errors import RetryableError
from shared.events import CommentMade, Complaint, Reply
from shared.facts import Implementation, Solution

NOT_SEEN = "no attempt of this id can be seen by everybody: name it as <solution>|<city>"


class RefusedComment(NamedTuple):
    """What its sender is told, and the record beside which it does not stand any more."""

    complaint: Complaint
    records: Sequence[Record] = ()


@dataclass(frozen=True)
class Comments:
    """Keeps comments with what was decided about them; ``city_name`` names a city by its id."""

    records: RecordRepository
    moderation: ModerationQueue
    city_name: Callable[[str], str | None]

    async def refused(self, message: IncomingMessage, comment: CommentMade) -> RefusedComment | None:
        """Return why a comment is not kept: a moderator refused it, or it is a reply of nobody named."""
        stored = await self.moderation.commented(message.envelope)
        if stored and stored.state == "refused":
            reason = stored.decisions[-1].reason if stored.decisions else None
            complaint = Complaint(path="", message=reason or REASONS["other"])
            return RefusedComment(complaint, await self._unsaid(comment, stored.key))
        if comment.kind == "comment":
            return None
        if comment.kind in questions.KINDS:
            stands_against = await self._against(message, comment)
            return RefusedComment(stands_against) if stands_against else None
        party = await self._party(message, comment)
        return RefusedComment(party) if isinstance(party, Complaint) else None

    async def keep(self, message: IncomingMessage, comment: CommentMade) -> tuple[str, Sequence[Record]]:
        """Keep a comment; return its key, and the record beside which it stands where it was shown."""
        if comment.kind in questions.KINDS and comment.withdrawn and comment.question:
            step = questions.taking_back(comment.question, comment.city)
            return comment.question, await self._change(f"solution|{comment.about}", step)
        stored = await self.moderation.keep_comment(
            message.envelope, comment, message.sent_at, vouched(message.caller)
        )
        if comment.kind == "comment" or stored.state != "shown":
            return stored.key, ()
        if comment.kind in questions.KINDS:
            side = questions.side_of(comment, stored.key, stored.sent_at)
            return stored.key, await self._change(f"solution|{comment.about}", questions.adding(side))
        party = await self._party(message, comment)
        if isinstance(party, Complaint):
            return stored.key, ()
        return stored.key, await self._change(f"outcome|{comment.about}", replying(_reply(stored, party)))

    async def _party(self, message: IncomingMessage, comment: CommentMade) -> Party | Complaint:
        """As whom somebody replies; an attempt that is not there may be on its way, and is waited for."""
        record = await VisibleRecords(self.records).record(f"outcome|{comment.about}")
        if record is None and message.may_wait:
            raise RetryableError(f"{comment.about} is not known yet")
        if record is None or not isinstance(record.fact, Implementation):
            return Complaint(path="about", message=NOT_SEEN)
        solution = await self.records.record(f"solution|{record.fact.solution}")
        fact = solution.fact if solution and isinstance(solution.fact, Solution) else None
        names = filter(None, [self.city_name(comment.city)])
        return party_to(comment, record.fact, fact, names)

    async def _against(self, message: IncomingMessage, comment: CommentMade) -> Complaint | None:
        """What stands against a question or an answer; a solution that is not there may be on its way."""
        record = await VisibleRecords(self.records).record(f"solution|{comment.about}")
        if record is None and comment.withdrawn:
            record = await self.records.record(f"solution|{comment.about}")
        if record is None and message.may_wait:
            raise RetryableError(f"{comment.about} is not known yet")
        if record is None or not isinstance(record.fact, Solution):
            return Complaint(path="about", message="no solution of this id can be seen by everybody")
        official = message.caller.officials or message.caller.trusted
        return questions.complaint_about(comment, record.fact, official=official)

    async def _unsaid(self, comment: CommentMade, key: str) -> Sequence[Record]:
        """Take what a moderator refused away from the record beside which it stands."""
        if comment.kind == "comment":
            return ()
        if comment.kind in questions.KINDS:
            return await self._change(f"solution|{comment.about}", questions.removing(key))
        return await self._change(f"outcome|{comment.about}", silencing(key))

    async def _change(self, key: str, step: Step) -> Sequence[Record]:
        teller = Attribution("moderation", datetime.now(UTC))

        def take(record: Record) -> Record:
            after = step(record, teller)
            return record if isinstance(after, TransitionRefused) else after

        changed = await self.records.change(key, take)
        return (changed,) if changed else ()


def _reply(stored: StoredComment, party: Party) -> Reply:
    comment = stored.comment
    return Reply.model_validate(
        {
            "id": stored.key,
            "kind": comment.kind,
            "party": party,
            "city": comment.city,
            "by": comment.by,
            "text": comment.text,
            "language": comment.language,
            "said": stored.sent_at,
        }
    )
