"""The introduction: two cities with one need could act together; nobody is named before both agree."""

from datetime import datetime
from typing import Literal

from services.notifications.domain.letters import Letter, envelope, letter_id
from services.notifications.domain.models import Official
from shared.events import Partner, PartnersFound


class Partners(Letter):
    """The two needs side by side; ``contact`` is there only once both cities have said yes."""

    kind: Literal["partners"] = "partners"
    own: Partner
    other: Partner
    similarity: float
    contact: str | None = None
    contact_email: str | None = None


def write(event: PartnersFound, official: Official, met: Official | None = None) -> Partners:
    """The letter to an official of either city; with ``met`` both have agreed and contacts are exchanged.

    Raises ``ValueError`` where the official belongs to neither city.
    """
    own, other = _sides(event, official)
    return Partners(
        **envelope(official, own.city_name).model_dump(),
        id=letter_id("partners", official.id, event.identity, "met" if met else "proposed"),
        written=event.found,
        expires=_first_deadline(event),
        topic=event.topics[0] if event.topics else None,
        need=own.need,
        reason=own.need_title,
        own=own,
        other=other,
        similarity=event.similarity,
        contact=f"{met.name}, {met.post}" if met else None,
        contact_email=met.email if met else None,
    )


def _sides(event: PartnersFound, official: Official) -> tuple[Partner, Partner]:
    if official.city == event.first.city:
        return event.first, event.second
    if official.city == event.second.city:
        return event.second, event.first
    raise ValueError(f"{official.id} belongs to neither {event.first.city} nor {event.second.city}")


def _first_deadline(event: PartnersFound) -> datetime | None:
    deadlines = (event.first.deadline, event.second.deadline)
    ahead = [one for one in deadlines if one and one.tzinfo and one > event.found]
    return min(ahead, default=None)
