"""What the desk sent, and what became of it: on its way, recorded, or not accepted."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from services.notifications.domain.desk.records import OwnRecord
from services.notifications.domain.officials import Official
from shared.events import (
    SENT_BY,
    Actor,
    AdoptionDeclared,
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
from shared.facts import Adoption, Fact, Id, Implementation, Line, Need, Solution, Verification
from shared.visibility import UNTIL_TRANSITION

Fate = Literal["on_its_way", "recorded", "rejected", "partly"]


KIND_OF: Mapping[type[Event], Kind] = {
    SolutionSubmitted: "solution",
    SolutionEmbargoed: "solution",
    NeedSubmitted: "need",
    CityDescribed: "city",
}
"""Of messages whose subject is the id of the record."""


class SentMessage(Fact):
    """What an official sent for the city about one record; ``id`` is one of ``ids_of`` the message.

    ``record`` is ``<kind>|<id>``, ``what`` the key of the message, ``based_on`` the revision that its
    sender saw, ``complaints`` what was not accepted.
    """

    id: Id
    official: Id
    post: Line
    city: Id
    record: str
    what: str
    at: AwareDatetime
    based_on: int | None = None
    complaints: tuple[Complaint, ...] = ()
    partly: bool = False

    def fate(self, revision: int | None) -> Fate:
        """Return what became of it; ``revision`` is that of its record, where it is known."""
        if self.complaints:
            return "partly" if self.partly else "rejected"
        return "recorded" if revision is not None and revision > (self.based_on or 0) else "on_its_way"


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
        reported = ReportedAttempt.model_validate(other.model_dump(exclude_unset=True))
        return event.model_copy(update={"attempt": reported})
    if isinstance(event, RecordConfirmed | RecordWithdrawn) and type(other) is type(event):
        return event.model_copy(update={"attempt": OwnAttempt(based_on=other.based_on)})
    return None


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
        return f"outcome|{event.about}"
    if isinstance(event, AdoptionDeclared):
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


def said_anew(record: OwnRecord) -> Event | None:
    """Return the message that says a record as the city's own word; None where its content is not known.

    So a withdrawn one is put back. Who vouches for an attempt is the city then, unless its citizens do.
    """
    based_on = {"based_on": record.revision}
    match record.fact:
        case Solution() as solution:
            until_transition = record.embargo_until == UNTIL_TRANSITION
            hidden = {
                "embargo_until": None if until_transition else record.embargo_until,
                "embargo_until_transition": until_transition,
            }
            return SolutionSubmitted.model_validate({**solution.model_dump(), **hidden, **based_on})
        case Need() as need:
            return NeedSubmitted.model_validate({**need.model_dump(), **based_on})
        case Implementation() as attempt:
            citizens = attempt.verification is Verification.CITIZEN_PANEL
            vouched = {} if citizens else {"verification": Verification.SELF}
            return OutcomeReported.model_validate({**attempt.model_dump(), **vouched, **based_on})
        case Adoption() as adoption:
            return AdoptionDeclared.model_validate({**adoption.model_dump(), **based_on})
        case None:
            return None


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
            what=event.key,
            at=at,
            based_on=based_on,
        )
        for event in events
        for identifier, record, based_on in _parts(event)
    ]


def ids_of(message: str) -> tuple[str, str]:
    """The ids under which a message is kept: for its record, and for the attempt that it is about, too."""
    return message, f"{message}|attempt"


def _parts(event: Event) -> Iterator[tuple[str, str, int | None]]:
    """The records that a message is about: the id under which it is kept, the key, the revision seen."""
    own, of_attempt = ids_of(event.message_id)
    if record := record_of(event):
        yield own, record, getattr(event, "based_on", None)
    attempt, key = getattr(event, "attempt", None), attempt_of(event)
    if attempt and key:
        yield of_attempt, key, attempt.based_on
