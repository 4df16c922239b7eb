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

    async def refused(self, heard: IncomingMessage, said: CommentMade) -> RefusedComment | None:
        """Return why a comment is not kept: a moderator refused it, or it is a reply of nobody named."""
        known = await self.moderation.commented(heard.envelope)
        if known and known.state == "refused":
            reason = known.decisions[-1].reason if known.decisions else None
            complaint = Complaint(path="", message=reason or REASONS["other"])
            changed = await self._change(said, silencing(known.key)) if said.kind != "comment" else ()
            return RefusedComment(complaint, changed)
        if said.kind == "comment":
            return None
        party = await self._party(heard, said)
        return RefusedComment(party) if isinstance(party, Complaint) else None

    async def keep(self, heard: IncomingMessage, said: CommentMade) -> tuple[str, Sequence[Record]]:
        """Keep a comment; return its key, and the attempt where it is a reply that was shown."""
        stored = await self.moderation.keep_comment(heard.envelope, said, heard.said, vouched(heard.caller))
        if said.kind == "comment" or stored.state != "shown":
            return stored.key, ()
        party = await self._party(heard, said)
        if isinstance(party, Complaint):
            return stored.key, ()
        return stored.key, await self._change(said, replying(_reply(stored, party)))

    async def _party(self, heard: IncomingMessage, said: CommentMade) -> Party | Complaint:
        """As whom somebody replies; an attempt that is not there may be on its way, and is waited for."""
        record = await VisibleRecords(self.records).record(f"outcome|{said.about}")
        if record is None and heard.may_wait:
            raise RetryableError(f"{said.about} is not known yet")
        if record is None or not isinstance(record.fact, Implementation):
            return Complaint(path="about", message=NOT_SEEN)
        solution = await self.records.record(f"solution|{record.fact.solution}")
        fact = solution.fact if solution and isinstance(solution.fact, Solution) else None
        names = filter(None, [self.city_name(said.city)])
        return party_to(said, record.fact, fact, names)

    async def _change(self, said: CommentMade, step: Step) -> Sequence[Record]:
        teller = Attribution("moderation", datetime.now(UTC))

        def take(record: Record) -> Record:
            after = step(record, teller)
            return record if isinstance(after, TransitionRefused) else after

        changed = await self.records.change(f"outcome|{said.about}", take)
        return (changed,) if changed else ()


def _reply(stored: StoredComment, party: Party) -> Reply:
    said = stored.comment
    return Reply.model_validate(
        {
            "id": stored.key,
            "kind": said.kind,
            "party": party,
            "city": said.city,
            "by": said.by,
            "text": said.text,
            "language": said.language,
            "said": stored.said,
        }
    )
