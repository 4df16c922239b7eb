"""A score as it is kept, what a solution is found by, and the filters of a search."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import AwareDatetime

from services.scoring.domain.facts import as_new
from shared.events import Assessment
from shared.facts import Fact, Id, Line, Topic


class ScoreCard(Fact):
    """What a solution is found by."""

    title: Line
    city: Id
    country: Line | None = None
    language: Line
    topics: tuple[Line, ...] = ()
    tags: tuple[Line, ...] = ()
    outcomes: tuple[Line, ...] = ()
    failed: bool = False
    band: Line
    evaluation: float
    risk: float
    learning: float


class Score(Fact):
    """A kept score: the revisions of the ``facts`` it was made from, and the score ``before`` it.

    ``night`` is the explicit day of a nightly rescoring, ``card`` and ``assessment`` are None for a solution
    that must not be seen any more.
    """

    solution: Id
    framework: Line
    revision: int
    facts: dict[str, int]
    night: AwareDatetime | None = None
    card: ScoreCard | None = None
    assessment: Assessment | None = None
    before: Assessment | None = None

    def knows(self, facts: Mapping[str, int], night: AwareDatetime | None) -> bool:
        """Whether it was made from facts as new as these."""
        return as_new(facts, self.facts) and (
            night is None or (self.night is not None and night <= self.night)
        )


class StoredScores(NamedTuple):
    """What is kept of a solution: the score under this version of the framework, and the newest of others."""

    score: Score | None
    other: Score | None


class ListedScore(NamedTuple):
    """What the catalogue needs of a score that may be seen."""

    learning: float
    evidence_level: int


class ScoreBasis(NamedTuple):
    """From which revisions of facts a score was made, and what its solution is about."""

    facts: Mapping[str, int]
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class CardFilter:
    """What the card of a solution must hold; None asks for nothing. A topic is ``scheme:id``."""

    topic: str | None = None
    country: str | None = None
    band: str | None = None
    outcome: str | None = None
    language: str | None = None

    def accepts(self, card: ScoreCard) -> bool:
        """Whether ``card`` holds everything that is asked for."""
        return (
            self.topic in (None, *card.topics)
            and self.country in (None, card.country)
            and self.band in (None, card.band)
            and self.outcome in (None, *card.outcomes)
            and self.language in (None, card.language)
        )
