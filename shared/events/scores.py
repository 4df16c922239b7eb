"""Scores of a solution: evaluation, risk and transferability, each with its reasons."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import Event
from shared.facts import Fact, Id, Line, Share

Points = Annotated[float, Field(ge=0, le=100)]


class Estimate(Fact):
    """A value with its 90 % interval, each from 0 to 100."""

    value: Points
    low: Points
    high: Points


class Contribution(Fact):
    """The points that one criterion or dimension adds; ``known`` is false where data are missing.

    ``reason`` is a sentence in English; ``message`` (its id) and ``parameters`` are the same sentence for
    translation. A ``claim`` is not verified by anyone else. ``low`` and ``high`` are the bounds to which
    missing data could move the whole score.
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
    """A sentence as ``message`` (its id) and ``parameters`` for translation; ``reason`` is it in English."""

    message: Line | None = None
    parameters: dict[str, str | int | float] = {}
    reason: Line = "-"


class TrackRecord(Fact):
    """Beta(alpha, beta) of success, with mean and 90 % interval (0 to 100) and the numbers of attempts."""

    alpha: Annotated[float, Field(gt=0)]
    beta: Annotated[float, Field(gt=0)]
    success: Estimate
    ended: Annotated[int, Field(ge=0)] = 0
    overdue: Annotated[int, Field(ge=0)] = 0


class AreaPrior(Fact):
    """Beta(alpha, beta) of success in a service area, computed on ``day`` from ``ended`` implementations.

    An area with too few ended implementations has the general prior, also after a later day.
    """

    area: Line
    day: date
    ended: Annotated[int, Field(ge=0)]
    alpha: Annotated[float, Field(gt=0)]
    beta: Annotated[float, Field(gt=0)]


class Assessment(Fact):
    """Evaluation, risk and transferability, which are never combined into one number, with their context."""

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
    prior: AreaPrior | None = Field(None, description="Prior of its service area; absent: the general prior")
    inputs: Line | None = Field(None, description="Hash of all inputs of the score, to reproduce it")
    evaluation_contributions: tuple[Contribution, ...] = ()
    risk_contributions: tuple[Contribution, ...] = ()
    transfer_contributions: tuple[Contribution, ...] = ()


class SolutionScored(Event):
    """A solution has a new score; ``changes`` are the reasons, ``material`` is whether to notify readers."""

    key = "solution.scored"
    solution: Id
    revision: Annotated[int, Field(ge=1)]
    assessment: Assessment
    material: bool
    changes: tuple[Line, ...] = ()
    sentences: tuple[Sentence, ...] = Field((), description="The changes, for translation")

    @property
    def subject(self) -> str:
        return self.solution

    @property
    def identity(self) -> str:
        return f"{self.solution}|{self.revision}"
