"""What becomes of a record that is kept: its city changes its state, or its day has come."""

from typing import Literal

from pydantic import Field

from shared.events.base import Acted, Event
from shared.facts import Day, Id, Line, Study

Kind = Literal["solution", "need", "outcome", "adoption", "city"]


class RecordConfirmed(Acted, Event):
    """A city confirms a record that is its own: a draft from procurement, or what grew old."""

    key = "record.confirmed"
    kind: Kind
    record: Id = Field(description="The record's id; an attempt or adoption is `<solution>|<city>`")
    city: Id
    by: Line | None = Field(None, description="The post that confirms")

    @property
    def subject(self) -> str:
        return f"{self.kind}|{self.record}"


class RecordWithdrawn(Acted, Event):
    """A city withdraws a record that is its own; a later word or confirmation brings it back."""

    key = "record.withdrawn"
    kind: Kind
    record: Id
    city: Id
    by: Line | None = None
    reason: Line | None = None

    @property
    def subject(self) -> str:
        return f"{self.kind}|{self.record}"


class SolutionEmbargoed(Event):
    """A city hides its solution until a day, until a transition, or (with neither) no longer."""

    key = "solution.embargoed"
    solution: Id
    city: Id
    until: Day | None = None
    until_transition: bool = False
    by: Line | None = None

    @property
    def subject(self) -> str:
        return self.solution


class SolutionEvidenced(Event):
    """A city takes a shown comment on its solution as evidence; its newest rating of the comment counts."""

    key = "solution.evidenced"
    solution: Id
    city: Id
    comment: Id = Field(description="The comment's id, as `GET /v1/comments` shows it")
    study: Study = Field(description="How the city rates it; city and source are the comment's")
    by: Line | None = Field(None, description="The post that takes it")

    @property
    def subject(self) -> str:
        return self.solution


class CityTransition(Event):
    """A city's administration changed: what was hidden until then is hidden no longer."""

    key = "city.transition"
    city: Id
    day: Day

    @property
    def subject(self) -> str:
        return self.city


class RecordDue(Event):
    """A record's day has come, says the clock: an embargo ends, a confirmation lapses, a question is due."""

    key = "record.due"
    kind: Kind
    record: Id
    what: Literal["embargo", "lapse", "check_in", "say_again"]
    day: Day

    @property
    def subject(self) -> str:
        return f"{self.kind}|{self.record}"

    @property
    def identity(self) -> str:
        return f"{self.subject}|{self.what}|{self.day}"
