"""The failure circle: cities that stopped for the same reason, what each tried, and an offer to talk."""

from typing import Literal

from services.notifications.domain.letters import envelope, letter_id
from services.notifications.domain.meetings import Meeting
from services.notifications.domain.models import Official
from shared.events import CircleOpened, Lesson
from shared.facts import Cause


class Circle(Meeting):
    """The reason they share, what the others tried, and how many cities there are, the reader's with them."""

    kind: Literal["circle"] = "circle"
    cause: Cause
    own: Lesson
    others: tuple[Lesson, ...]
    cities: int

    @property
    def about(self) -> str:
        """One circle for each cause."""
        return self.cause

    @property
    def more(self) -> int:
        """How many other cities have no place in the letter."""
        return self.cities - 1 - len(self.others)


def write(event: CircleOpened, official: Official) -> Circle:
    """The letter to one official; one for each circle, however many join it later."""
    return Circle(
        **envelope(official, event.city_name).model_dump(),
        id=letter_id("circle", official.id, event.identity, "open"),
        written=event.opened,
        solution=event.own.solution,
        reason=event.own.title,
        cause=event.cause,
        own=event.own,
        others=event.others,
        cities=event.cities,
    )
