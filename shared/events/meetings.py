"""Introductions of cities: with the same need, or with the same cause of failure."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from shared.events.base import Event
from shared.facts import Cause, Fact, Id, Language, Line, Outcome, Share, Stage, Text, Texts


class Partner(Fact):
    """One side of an introduction."""

    city: Id
    city_name: Line
    need: Id
    need_title: Line
    need_language: Language | None = None
    need_titles: dict[Language, Text] = Field({}, description="The need's title in other languages")
    stage: Stage
    deadline: datetime | None = None


class PartnersFound(Event):
    """Two cities have the same need and can both still act: they could buy or build together."""

    key = "partners.found"
    first: Partner
    second: Partner
    similarity: Share
    known: int | None = Field(None, description="Indicators both cities know; absent in older messages")
    asked: int | None = None
    topics: tuple[Line, ...] = ()
    found: AwareDatetime

    @property
    def subject(self) -> str:
        return self.identity

    @property
    def identity(self) -> str:
        return "|".join(sorted((self.first.need, self.second.need)))


class Lesson(Fact):
    """What one city tried and stopped, from its failure record; contains no person."""

    city: Id
    city_name: Line
    solution: Id
    title: Line
    language: Language = "en"
    shared_by: Line | None = Field(
        None, description="The city that shared the solution and wrote its title, where another one"
    )
    outcome: Outcome
    first_warning_sign: Text | None = None
    decision_to_change: Text | None = None
    words_language: Language | None = Field(
        None, description="Language of the sign and the decision; that of the title where absent"
    )
    translations: dict[Language, Texts] = Field({}, description="Title, sign and decision in other languages")


class CircleOpened(Event):
    """A failure circle opens to a city: at least three cities, it included, stopped for the same cause.

    ``others`` are some of them, those on the same theme first; ``cities`` counts all, including this city.
    """

    key = "circle.opened"
    city: Id
    city_name: Line
    cause: Cause
    own: Lesson
    others: Annotated[tuple[Lesson, ...], Field(min_length=2)]
    cities: Annotated[int, Field(ge=3)]
    opened: AwareDatetime

    @property
    def subject(self) -> str:
        return self.identity

    @property
    def identity(self) -> str:
        return f"{self.cause}|{self.city}"
