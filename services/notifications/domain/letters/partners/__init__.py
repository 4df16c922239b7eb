"""Partners: two cities with one need could act together; nobody is named before both agree."""

from datetime import datetime
from typing import Literal

from services.notifications.domain.introductions import Meeting
from services.notifications.domain.letters.base import envelope, letter_id
from services.notifications.domain.localized_texts import distinct, need_phrases
from services.notifications.domain.officials import Official
from services.notifications.domain.text_cleanup import tidy_or_as_is
from shared.events import Partner, PartnersFound


class PartnersLetter(Meeting):
    """The two needs side by side."""

    kind: Literal["partners"] = "partners"
    own: Partner
    other: Partner
    similarity: float
    known: int | None = None
    asked: int | None = None

    @property
    def tells_of(self) -> tuple[str, ...]:
        """Both needs."""
        return (*super().tells_of, f"need|{self.other.need}")

    @property
    def about(self) -> str:
        """The pair of needs, from either side."""
        return "|".join(sorted((self.own.need, self.other.need)))


def write(event: PartnersFound, official: Official) -> PartnersLetter:
    """The letter to an official of either city.

    Raises ``ValueError`` where the official belongs to neither city.
    """
    own, other = _sides(event, official)
    return PartnersLetter(
        **envelope(official, own.city_name).model_dump(),
        id=letter_id("partners", official.id, event.identity, "proposed"),
        written=event.found,
        expires=_first_deadline(event),
        topic=event.topics[0] if event.topics else None,
        need=own.need,
        reason=own.need_title,
        phrases=distinct(phrase for side in (own, other) for phrase in need_phrases(side, official.speaks())),
        own=_shown(own),
        other=_shown(other),
        similarity=event.similarity,
        known=event.known,
        asked=event.asked,
    )


def _sides(event: PartnersFound, official: Official) -> tuple[Partner, Partner]:
    if official.city == event.first.city:
        return event.first, event.second
    if official.city == event.second.city:
        return event.second, event.first
    raise ValueError(f"{official.id} belongs to neither {event.first.city} nor {event.second.city}")


def _shown(side: Partner) -> Partner:
    return side.model_copy(update={"need_title": tidy_or_as_is(side.need_title)})


def _first_deadline(event: PartnersFound) -> datetime | None:
    deadlines = (event.first.deadline, event.second.deadline)
    ahead = [one for one in deadlines if one and one.tzinfo and one > event.found]
    return min(ahead, default=None)
