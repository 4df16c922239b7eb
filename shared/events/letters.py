"""The delivery of a letter, and the answer of its reader."""

from typing import Literal

from pydantic import AwareDatetime

from shared.events.base import Event
from shared.facts import Id, Line


class LetterSent(Event):
    """The delivery state of one letter to one official."""

    key = "letter.sent"
    letter: Id
    kind: Line
    official: Id
    city: Id
    solution: Id | None = None
    state: Literal["accepted", "unknown", "rejected", "skipped"]
    reason: Line | None = None
    at: AwareDatetime

    @property
    def subject(self) -> str:
        return self.letter

    @property
    def identity(self) -> str:
        return f"{self.letter}|{self.state}"


class MatchAnswered(Event):
    """An official answered a letter: useful, adopted, or not for us with a reason."""

    key = "match.answered"
    letter: Id
    city: Id
    solution: Id
    need: Id | None = None
    answer: Literal["useful", "not_for_us", "adopted"]
    reason: Line | None = None
    unit: Id | None = None
    at: AwareDatetime

    @property
    def subject(self) -> str:
        return self.solution

    @property
    def identity(self) -> str:
        return f"{self.letter}|{self.solution}|{self.answer}|{self.reason}|{self.unit}"
