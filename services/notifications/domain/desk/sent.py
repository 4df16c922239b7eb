"""What the desk sent, and what became of it: on its way, recorded, or not accepted."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from hashlib import blake2b
from typing import Literal

from pydantic import AwareDatetime

from services.notifications.domain.desk.records import OwnRecord, digests
from services.notifications.domain.officials import Official
from shared.events import (
    SENT_BY,
    Actor,
    AdoptionDeclared,
    AdoptionEffect,
    CityDescribed,
    CommentMade,
    Complaint,
    Event,
    Kind,
    NeedSubmitted,
    OutcomeReported,
    OwnAttempt,
    RecordConfirmed,
    RecordWithdrawn,
    ReportedAttempt,
    SolutionEmbargoed,
    SolutionSubmitted,
)
from shared.facts import Adoption, Effect, Fact, Id, Implementation, Line, Need, Solution
from shared.visibility import UNTIL_TRANSITION

Fate = Literal["on_its_way", "recorded", "unchanged", "rejected", "partly"]
OF_A_SOLUTION = frozenset({"question", "answer"})
"""Comments of these kinds are about a solution, the others about an attempt."""
PUT_BACK = "put_back"
"""What was sent where it takes a withdrawal back: it has the key of the withdrawal."""

KIND_OF: Mapping[type[Event], Kind] = {
    SolutionSubmitted: "solution",
    SolutionEmbargoed: "solution",
    NeedSubmitted: "need",
    CityDescribed: "city",
}
"""Of messages whose subject is the id of the record."""
STATES: Mapping[type[Event], type[Solution | Need | Implementation | Adoption]] = {
    SolutionSubmitted: Solution,
    NeedSubmitted: Need,
    OutcomeReported: Implementation,
    AdoptionDeclared: Adoption,
}
"""Messages that say what their record is."""


class SentMessage(Fact):
    """What an official sent for the city about one record; ``id`` is one of ``ids_of`` the message.

    ``record`` is ``<kind>|<id>``, ``what`` the key of the message, ``based_on`` the revision that its
    sender saw, ``said`` a digest of what it said the record is, ``complaints`` what was not accepted.
    """

    id: Id
    official: Id
    post: Line
    city: Id
    record: str
    what: str
    at: AwareDatetime
    based_on: int | None = None
    said: str | None = None
    complaints: tuple[Complaint, ...] = ()
    partly: bool = False

    def fate(self, record: OwnRecord | None) -> Fate:
        """Return what became of it; ``record`` is what it is about, where that is known.

        Submissions publishes nothing of a message that says what is recorded already.
        """
        if self.complaints:
            return "partly" if self.partly else "rejected"
        if record is None:
            return "on_its_way"
        if record.revision > (self.based_on or 0):
            return "recorded"
        same = self.said is not None and self.said == said_of(record, self.what)
        return "unchanged" if same else "on_its_way"


def said_of(record: OwnRecord, what: str) -> str | None:
    """Return the digest of what a message ``what`` would say to leave ``record`` as it is; None for none.

    A draft, a stale or a withdrawn record changes by the same words: its state does.
    """
    if what == SolutionEmbargoed.key:
        return _digest(None, record.embargo_until)
    if what == AdoptionEffect.key:
        return _digest(record.fact.effect if isinstance(record.fact, Adoption) else None, None)
    if record.fact is None or record.state not in {"published", "confirmed"}:
        return None
    return _digest(record.fact, record.embargo_until)


def _said(event: Event) -> str | None:
    """The digest of what a message says that its record is; None where it says another thing."""
    if isinstance(event, SolutionEmbargoed):
        return _digest(None, UNTIL_TRANSITION if event.until_transition else event.until)
    if isinstance(event, AdoptionEffect):
        return _digest(Effect.model_validate(event.model_dump(include=set(Effect.model_fields))), None)
    model = next((model for kind, model in STATES.items() if isinstance(event, kind)), None)
    if model is None:
        return None
    until = None
    if isinstance(event, SolutionSubmitted):
        until = UNTIL_TRANSITION if event.embargo_until_transition else event.embargo_until
    return _digest(model.model_validate(event.model_dump(include=set(model.model_fields))), until)


def _said_of_attempt(event: Event) -> str | None:
    """The same of the attempt in a message about its solution."""
    if not isinstance(event, SolutionSubmitted) or event.attempt is None:
        return None
    told = event.attempt.model_dump(exclude={"based_on", "solution", "city"})
    return _digest(Implementation.model_validate({**told, "solution": event.id, "city": event.city}), None)


def _digest(fact: Fact | None, until: date | None) -> str:
    """A digest; a deadline counts as the clock of the city shows it, whose zone submissions adds."""
    if isinstance(fact, Need) and fact.deadline:
        fact = fact.model_copy(update={"deadline": fact.deadline.replace(tzinfo=None)})
    parts = sorted(digests(fact).items()) if fact else []
    return blake2b(repr((parts, until and until.isoformat())).encode(), digest_size=16).hexdigest()


def with_actor(official: Official, events: Iterable[Event]) -> list[Event]:
    """``events`` as they are sent: those of the city's own records name the post as ``actor``."""
    actor = Actor(official=official.id, post=official.post, city=official.city)
    return [
        event.model_copy(update={"actor": actor}) if type(event) in SENT_BY["officials"] else event
        for event in events
    ]


def joined(events: Iterable[Event]) -> list[Event]:
    """``events`` with what is said of a solution and of its own city's attempt as one message.

    As two messages they are recorded one after the other, and another city could be told of the solution
    before the failure that was reported with it is known.
    """
    left = [*events]
    for event in events:
        if (whole := next(filter(None, (_with_attempt(each, event) for each in left)), None)) is None:
            continue
        left.remove(event)
        left = [whole if record_of(each) == record_of(whole) else each for each in left]
    return left


def _with_attempt(event: Event, other: Event) -> Event | None:
    """``event`` with what ``other`` says of its own city's attempt; None where they do not go together."""
    if record_of(other) != attempt_of(event):
        return None
    if isinstance(event, SolutionSubmitted) and isinstance(other, OutcomeReported):
        reported = ReportedAttempt.model_validate(
            other.model_dump(exclude_unset=True, exclude={"solution", "city"})
        )
        return event.model_copy(update={"attempt": reported})
    if _is_taken_back(event) != _is_taken_back(other):
        return None
    if isinstance(event, RecordConfirmed) and (event.takes_over or getattr(other, "takes_over", False)):
        return None  # of each record its own differences
    if isinstance(event, RecordConfirmed | RecordWithdrawn) and type(other) is type(event):
        return event.model_copy(update={"attempt": OwnAttempt(based_on=other.based_on)})
    return None


def _is_taken_back(event: Event) -> bool:
    return isinstance(event, RecordWithdrawn) and event.taken_back


def attempt_of(event: Event) -> str | None:
    """The key of the attempt of its own city that a message about a solution may be about, too."""
    match event:
        case SolutionSubmitted(id=solution, city=city):
            return f"outcome|{solution}|{city}"
        case RecordConfirmed(kind="solution") | RecordWithdrawn(kind="solution"):
            return f"outcome|{event.record}|{event.city}"
        case _:
            return None


def record_of(event: Event) -> str | None:
    """The key of the record that a message of an official is about; None for any other message."""
    if isinstance(event, RecordConfirmed | RecordWithdrawn):
        return event.subject
    if isinstance(event, OutcomeReported):
        return f"outcome|{event.solution}|{event.city}"
    if isinstance(event, CommentMade):
        return f"{'solution' if event.kind in OF_A_SOLUTION else 'outcome'}|{event.about}"
    if isinstance(event, AdoptionDeclared | AdoptionEffect):
        return f"adoption|{event.solution}|{event.city}"
    kind = KIND_OF.get(type(event))
    return f"{kind}|{event.subject}" if kind else None


def confirmed(record: OwnRecord, post: str) -> RecordConfirmed:
    """Return the message by which ``post`` confirms a record as it was recorded last."""
    return RecordConfirmed(
        kind=record.kind, record=record.id, city=record.city, by=post, based_on=record.revision
    )


def withdrawn(record: OwnRecord, post: str, reason: str | None) -> RecordWithdrawn:
    """Return the message by which ``post`` withdraws a record as it was recorded last."""
    return RecordWithdrawn(
        kind=record.kind,
        record=record.id,
        city=record.city,
        by=post,
        reason=reason,
        based_on=record.revision,
    )


def taken_back(record: OwnRecord, post: str) -> RecordWithdrawn:
    """Return the message that the withdrawal of a record was a mistake: it is what it was before."""
    return withdrawn(record, post, None).model_copy(update={"taken_back": True})


def can_be_taken_back(message: SentMessage, record: OwnRecord, sent: Iterable[SentMessage]) -> bool:
    """Whether ``message``, which confirmed or withdrew a draft, is the last that happened to ``record``.

    ``sent`` is what was sent about the record. What is still on its way can be taken back, too.
    """
    if message.complaints or any(other.at > message.at and not other.complaints for other in sent):
        return False
    before = message.based_on or 0
    if record.revision <= before:
        return record.revision == before
    after = {"withdrawn"} if message.what == RecordWithdrawn.key else {"published", "confirmed"}
    return record.revision == before + 1 and record.state in after


def sent_messages(official: Official, events: Iterable[Event], at: datetime) -> list[SentMessage]:
    """What is kept of ``events`` that ``official`` sends; they name their actor already.

    A message about a solution and its attempt is kept for each of the two records. The store keeps times to
    the millisecond, and so does ``at``.
    """
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    return [
        SentMessage(
            id=identifier,
            official=official.id,
            post=official.post,
            city=official.city,
            record=record,
            what=PUT_BACK if _is_taken_back(event) else event.key,
            at=at,
            based_on=based_on,
            said=said,
        )
        for event in events
        for identifier, record, based_on, said in _parts(event)
    ]


def ids_of(message: str) -> tuple[str, str]:
    """The ids under which a message is kept: for its record, and for the attempt that it is about, too."""
    return message, f"{message}|attempt"


def _parts(event: Event) -> Iterator[tuple[str, str, int | None, str | None]]:
    """The records that a message is about: the id under which it is kept, the key, the revision that was
    seen, and a digest of what is said of the record.
    """
    own, of_attempt = ids_of(event.message_id)
    if record := record_of(event):
        yield own, record, getattr(event, "based_on", None), _said(event)
    attempt, key = getattr(event, "attempt", None), attempt_of(event)
    if attempt and key:
        yield of_attempt, key, attempt.based_on, _said_of_attempt(event)
