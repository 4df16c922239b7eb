"""What the repositories return where the domain has no model of its own: documents of the store, typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from services.submissions.domain.lifecycle import CityMove, Promotion
from services.submissions.domain.moderation import State, Verdict, repeatable
from services.submissions.domain.ocds.buyer_city import UnplacedBuyer
from services.submissions.domain.similar_records import SimilarRecord
from shared.events import CommentMade, Complaint, Conflict
from shared.facts import Fact, Verification
from shared.messaging.cloudevents import Envelope, RawEvent

Fate = Literal["heard", "recorded", "rejected", "held"]


@dataclass(frozen=True, slots=True)
class MessageClaim:
    """Who said what first under a (source, id), and what became of it; None where that was not kept."""

    digest: str | None
    publisher: str | None
    fate: Fate
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageFate:
    """What became of a message; ``duplicate`` is when other content came under its (source, id)."""

    source: str
    event: str
    fate: Fate
    received: datetime
    records: tuple[str, ...]
    complaints: tuple[Complaint, ...]
    conflicts: tuple[Conflict, ...] = ()
    duplicate: datetime | None = None
    similar: tuple[SimilarRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceivedConflict:
    """A conflict, with the message that it came with and when."""

    conflict: Conflict
    source: str
    event: str
    received: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a moderator, as the trail of an item shows it; ``city`` is that of a placed buyer."""

    when: datetime
    who: str
    verdict: Verdict | None = None
    reason: str | None = None
    city: str | None = None


@dataclass(frozen=True, slots=True)
class StoredComment:
    """A comment under its key, when it was made, and what was decided about it.

    ``envelope`` and ``who`` (whose word it is) are those of its message; older comments have none.
    """

    key: str
    comment: CommentMade
    sent_at: datetime
    state: State = "waiting"
    envelope: Envelope | None = None
    who: str | None = None
    decisions: tuple[Decision, ...] = ()

    @property
    def said(self) -> dict[str, Any]:
        """What was sent, as JSON, without the sender, and without what comments of its kind do not have."""
        kind = self.comment.kind
        left_out = {"actor"} if kind in {"question", "answer"} else {"actor", "question", "withdrawn"}
        return self.comment.model_dump(mode="json", exclude_unset=True, exclude=left_out)

    @property
    def repeatable(self) -> frozenset[str]:
        """Keys of what would be the same in another comment."""
        return repeatable(self.comment.text, (self.who, self.comment.city, self.comment.by))


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message that waits for a reviewer, or waited.

    ``who`` is whose word it is, ``cities`` are those for which it was said.
    """

    key: str
    envelope: Envelope
    who: str | None
    reasons: tuple[Complaint, ...]
    received: datetime
    data: bytes = b""
    cities: tuple[str, ...] = ()
    state: State = "waiting"
    decisions: tuple[Decision, ...] = ()

    @property
    def message(self) -> RawEvent:
        """The message as it came, without personal data."""
        return RawEvent(self.envelope, self.data)


@dataclass(frozen=True, slots=True)
class RecordRevision:
    """One revision of a record: its own word, what its city took from comments, where it was moved."""

    revision: int
    state: str
    who: str
    when: datetime
    source: str
    verified_by: Verification
    fact: Fact
    moved: Sequence[CityMove] = ()
    promoted: Sequence[Promotion] = ()


@dataclass(frozen=True, slots=True)
class WaitingBuyer:
    """A buyer whose city was asked for: when, how many processes wait, and the city, if one was decided."""

    key: str
    unplaced: UnplacedBuyer
    asked: datetime
    processes: int
    city: str | None = None
    state: State = "waiting"
    decisions: tuple[Decision, ...] = ()
