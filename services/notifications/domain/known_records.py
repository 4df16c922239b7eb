"""Records of other services as they were recorded last."""

from datetime import UTC, date, datetime
from typing import NamedTuple

from shared.events import PublishedAnswer, SolutionRecorded, State
from shared.facts import Solution
from shared.visibility import Status, is_public

TIME_NOT_KNOWN = datetime.min.replace(tzinfo=UTC)
"""Stands for the time of a record that was stored before times were stored."""


class PublicSolution(NamedTuple):
    """A solution that everybody may see; ``changed`` are the days on which it was published or changed."""

    solution: Solution
    recorded: datetime
    changed: tuple[date, ...] = ()
    answers: tuple[PublishedAnswer, ...] = ()


class ListedAddress(NamedTuple):
    """What the address of a public solution is made of, and when it was recorded last."""

    id: str
    title: str
    recorded: datetime


class KnownSolution(NamedTuple):
    """A solution as it was recorded last."""

    solution: Solution
    state: State
    revision: int
    embargo_until: date | None = None

    @classmethod
    def of(cls, event: SolutionRecorded) -> "KnownSolution":
        """Return the solution as ``event`` records it."""
        return cls(event.solution, event.state, event.revision, event.embargo_until)

    def is_public_on(self, day: date) -> bool:
        """Return whether anybody may be told of it on ``day``."""
        return is_public(Status(self.state, self.solution.city, self.embargo_until), day)
