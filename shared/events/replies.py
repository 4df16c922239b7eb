"""What submissions says back: to a sender what is wrong, to a city what it is asked."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field

from shared.events.base import Event
from shared.facts import Fact, Id, Language, Line, Text


class Complaint(Fact):
    """What is wrong, and where: ``path`` is a JSON path, empty for the whole message."""

    path: str
    message: Line


class Conflict(Fact):
    """A word on a record that is not its sender's: told to the sender, and found by the record's owner."""

    record: Annotated[str, Field(max_length=1100, description="`<kind>|<id>`, or a contracting process")]
    owner: Id = Field(description="The city it belongs to")
    city: Id = Field(description="The city the word was said for")
    opened_by: Line | None = Field(None, description="The publisher that opened it, if another one")


class SubmissionRejected(Event):
    """A message, or part of it, could not be used: who sent it, where it is wrong, how to mend it."""

    key = "submission.rejected"
    source: Line
    event: Id
    type: Line | None = None
    complaints: tuple[Complaint, ...]
    conflicts: tuple[Conflict, ...] = ()
    partly: bool = Field(default=False, description="The rest of the message was recorded")
    received: AwareDatetime

    @property
    def subject(self) -> str:
        return self.event

    @property
    def identity(self) -> str:
        return f"{self.source}|{self.event}"


class OutcomeDue(Event):
    """A city is asked how an attempt went: at 6, 12 and 24 months, or when records hint that it ended."""

    key = "outcome.due"
    solution: Id
    title: Line
    language: Language | None = Field(None, description="Of the title; absent in older messages")
    titles: dict[Language, Text] = Field({}, description="The title in other languages")
    city: Id
    months: Annotated[int, Field(ge=0)]
    due: date
    reason: Line

    @property
    def subject(self) -> str:
        return f"{self.solution}|{self.city}"

    @property
    def identity(self) -> str:
        return f"{self.subject}|{self.months}"
