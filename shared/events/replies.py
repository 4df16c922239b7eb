"""Replies of submissions: to a sender about errors, to a city with a question."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import Event
from shared.facts import Fact, Id, Language, Line, Text


class Complaint(Fact):
    """An error in a submission; ``path`` is where: keys joined by points, empty for the whole message."""

    path: str
    message: Line


class Conflict(Fact):
    """A submission for another owner's record: reported to the sender, and shown to the owner."""

    record: Annotated[str, Field(max_length=1100, description="`<kind>|<id>`, or a contracting process")]
    owner: Id = Field(description="The city that owns it")
    city: Id = Field(description="The city for which it was submitted")
    opened_by: Line | None = Field(None, description="The publisher that created it, if another one")


class SubmissionRejected(Event):
    """A message or part of it was rejected: the sender, where the errors are, and how to correct them."""

    key = "submission.rejected"
    source: Line
    event: Id
    type: Line | None = None
    complaints: tuple[Complaint, ...]
    conflicts: tuple[Conflict, ...] = ()
    partly: bool = Field(default=False, description="Whether the rest of the message was recorded")
    received: AwareDatetime

    @property
    def subject(self) -> str:
        return self.event

    @property
    def identity(self) -> str:
        return f"{self.source}|{self.event}"


class OutcomeDue(Event):
    """A city is asked for an outcome: after 6, 12 and 24 months, or when data indicate its end.

    Of what it took over from another city it is asked for the effect, a year and two years after.
    """

    key = "outcome.due"
    solution: Id
    title: Line
    language: Language | None = Field(None, description="Language of the title; absent in older messages")
    titles: dict[Language, Text] = Field({}, description="The title in other languages")
    city: Id
    months: Annotated[int, Field(ge=0)]
    due: date
    reason: Line
    source: Id | None = Field(None, description="Of an adoption: the solution that was taken over")
    asks: Literal["outcome", "effect"] = Field(
        "outcome", description="`effect`: of an adoption, to be answered by `adoption.effect`"
    )

    @property
    def subject(self) -> str:
        return f"{self.solution}|{self.city}"

    @property
    def identity(self) -> str:
        asked = f"{self.subject}|{self.months}"
        return asked if self.asks == "outcome" else f"{asked}|{self.asks}"
