"""How good a solution is, how likely it is to fail, how well it would transfer; with every reason."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import Event
from shared.facts import Fact, Id, Line, Share

Points = Annotated[float, Field(ge=0, le=100)]


class Estimate(Fact):
    """A value with its 90 % interval, 0–100."""

    value: Points
    low: Points
    high: Points


class Contribution(Fact):
    """What one criterion or dimension adds, in points; ``known`` is false where data are missing.

    ``reason`` is the sentence in English, ``message`` and ``parameters`` the same for a translator; a
    ``claim`` is vouched for by nobody but its author; ``low`` and ``high`` are where an answer could move
    the whole score.
    """

    key: Line
    points: float
    of: float | None = None
    value: Share | None = None
    known: bool = True
    reason: Line = "-"
    message: Line | None = None
    parameters: dict[str, str | int | float] = {}
    claim: bool = False
    low: float | None = None
    high: float | None = None


class Sentence(Fact):
    """A sentence by ``message`` and ``parameters``, for a translator; ``reason`` is the same in English."""

    message: Line | None = None
    parameters: dict[str, str | int | float] = {}
    reason: Line = "-"


class TrackRecord(Fact):
    """Beta(alpha, beta) of success, with its mean and 90 % interval, 0–100, and what it was made from."""

    alpha: Annotated[float, Field(gt=0)]
    beta: Annotated[float, Field(gt=0)]
    success: Estimate
    ended: Annotated[int, Field(ge=0)] = 0
    overdue: Annotated[int, Field(ge=0)] = 0


class AreaPrior(Fact):
    """Beta(alpha, beta) of success in a service area, frozen on a ``day`` from ``ended`` implementations.

    An area whose day is newer may stand at the general prior again: fewer have ended there than it takes.
    """

    area: Line
    day: date
    ended: Annotated[int, Field(ge=0)]
    alpha: Annotated[float, Field(gt=0)]
    beta: Annotated[float, Field(gt=0)]


class Assessment(Fact):
    """Three numbers that are never merged into one, and what stands beside them."""

    framework: Line
    as_of: AwareDatetime
    evaluation: Estimate
    coverage: Share
    grade: Literal["A", "B", "C", "D"]
    evidence_level: Annotated[int, Field(ge=1, le=5)]
    risk: Estimate
    base_risk: Points
    learning: Points
    transferability: Estimate | None = None
    weakest: Line | None = None
    band: Line
    robust: bool
    harm: bool = False
    next_best_datum: Line | None = None
    next_best_of: Literal["evaluation", "risk", "transferability"] | None = None
    cap: Points = 100
    agreed_risk: Share | None = None
    record: TrackRecord | None = None
    lacking: tuple[Id, ...] = Field((), description="Critical units known to be missing, by id")
    prior: AreaPrior | None = Field(None, description="Of its service area; absent: the framework's own")
    inputs: Line | None = Field(None, description="Hash of all the score is a function of, for its replay")
    evaluation_contributions: tuple[Contribution, ...] = ()
    risk_contributions: tuple[Contribution, ...] = ()
    transfer_contributions: tuple[Contribution, ...] = ()


class SolutionScored(Event):
    """A solution has a new score; ``changes`` says why, ``material`` whether anybody should hear of it."""

    key = "solution.scored"
    solution: Id
    revision: Annotated[int, Field(ge=1)]
    assessment: Assessment
    material: bool
    changes: tuple[Line, ...] = ()
    sentences: tuple[Sentence, ...] = Field((), description="The changes, for a translator")

    @property
    def subject(self) -> str:
        return self.solution

    @property
    def identity(self) -> str:
        return f"{self.solution}|{self.revision}"
