"""Changes of the state of a record: by its city, or because a date is reached."""

from typing import Annotated, Literal

from pydantic import Field

from shared.events.base import BasedOn, Event, WithActor
from shared.facts import Day, Fact, Id, Line, Study

Kind = Literal["solution", "need", "outcome", "adoption", "city"]


class OwnAttempt(Fact):
    """The attempt of a solution's own city, when a step on the solution is a step on the attempt too."""

    based_on: BasedOn = None


WithAttempt = Annotated[
    OwnAttempt | None,
    Field(description="Of a solution: its own city's attempt is confirmed or withdrawn with it"),
]


class RecordConfirmed(WithActor, Event):
    """A city confirms its own record: a draft from procurement data, or a stale record.

    With ``takes_over`` it confirms what others said after its own word (``later`` of the recorded event).
    """

    key = "record.confirmed"
    kind: Kind
    record: Id = Field(description="The record's id; an attempt or adoption is `<solution>|<city>`")
    city: Id
    by: Line | None = Field(None, description="The post that confirms")
    takes_over: bool = Field(
        default=False, description="The fields of `later` take the place of the record's own"
    )
    attempt: WithAttempt = None

    @property
    def subject(self) -> str:
        return f"{self.kind}|{self.record}"


class RecordWithdrawn(WithActor, Event):
    """A city withdraws its own record; a later report or confirmation restores it.

    With ``taken_back`` the withdrawal counts no more: the record is what it was before, a draft a draft.
    """

    key = "record.withdrawn"
    kind: Kind
    record: Id
    city: Id
    by: Line | None = None
    reason: Line | None = None
    taken_back: bool = Field(default=False, description="The withdrawal was a mistake")
    attempt: WithAttempt = None

    @property
    def subject(self) -> str:
        return f"{self.kind}|{self.record}"


class SolutionEmbargoed(WithActor, Event):
    """A city sets an embargo on its solution until a day or a transition; neither ends the embargo."""

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
    """A city accepts a published comment on its solution as evidence; its newest rating counts."""

    key = "solution.evidenced"
    solution: Id
    city: Id
    comment: Id = Field(description="The comment's id, as `GET /v1/comments` shows it")
    study: Study = Field(description="How the city rates it; its city and source are those of the comment")
    by: Line | None = Field(None, description="The post that accepts it")

    @property
    def subject(self) -> str:
        return self.solution


class CityTransition(Event):
    """A city's administration changed: embargoes until this transition end."""

    key = "city.transition"
    city: Id
    day: Day

    @property
    def subject(self) -> str:
        return self.city


class RecordDue(Event):
    """The scheduler reports a date of a record: an embargo ends, a confirmation lapses, a question is due."""

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
