"""What the desk sent, and what became of it: on its way, recorded, or not accepted."""

from collections.abc import Iterable, Mapping
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
    RecordConfirmed,
    RecordWithdrawn,
    SolutionEmbargoed,
    SolutionSubmitted,
)
from shared.facts import Adoption, Fact, Id, Implementation, Line, Need, Solution
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
    """A message that an official sent for the city; ``id`` is that of the message.

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


def restored(record: OwnRecord) -> Event | None:
    """Return the message that says a withdrawn record anew; None where its content is not known."""
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
            return OutcomeReported.model_validate({**attempt.model_dump(), **based_on})
        case Adoption() as adoption:
            return AdoptionDeclared.model_validate({**adoption.model_dump(), **based_on})
        case None:
            return None


def sent_messages(official: Official, events: Iterable[Event], at: datetime) -> list[SentMessage]:
    """What is kept of ``events`` that ``official`` sends; they name their actor already.

    The store keeps times to the millisecond, and so does ``at``.
    """
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    return [
        SentMessage(
            id=event.message_id,
            official=official.id,
            post=official.post,
            city=official.city,
            record=record,
            what=event.key,
            at=at,
            based_on=getattr(event, "based_on", None),
        )
        for event in events
        if (record := record_of(event)) is not None
    ]
