"""Attempts of cities at a solution with their outcomes, and adoptions."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from shared.facts.base import Fact, Id, Language, Line, Money, Text
from shared.facts.days import Day
from shared.facts.evidence import Verification
from shared.facts.numbers import Months
from shared.facts.translations import Texts


class Outcome(StrEnum):
    """How one city's attempt ended (``docs/framework.md``)."""

    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    ABANDONED = "abandoned"
    RUNNING = "running"
    UNKNOWN = "unknown"


class Cause(StrEnum):
    """Why an attempt failed: the twelve cause codes of the failure record."""

    WRONG_PROBLEM = "wrong_problem"
    OWNERSHIP = "ownership"
    SKILLS = "skills"
    BUDGET = "budget"
    MARKET = "market"
    CITIZENS = "citizens"
    VENDOR = "vendor"
    TECHNOLOGY = "technology"
    LAW = "law"
    TRANSITION = "transition"
    EXTERNAL_SHOCK = "external_shock"
    NOT_MEASURED = "not_measured"


class FailureRecord(Fact):
    """Ten fields that describe a failure and what to do differently."""

    expectation: Text | None = None
    result: Text | None = None
    cause: Cause | None = None
    first_warning_sign: Text | None = None
    decision_to_change: Text | None = None
    conditions: Text | None = None
    sunk_cost: Money | None = None
    kept: Text | None = None
    evidence: Line | None = None
    contact: Line | None = None


class AboutSolution(Fact):
    """Something that one city says about a solution, its own or another's."""

    solution: Id
    city: Id


class Attempt(Fact):
    """How an attempt went, whatever was tried and by whom."""

    outcome: Outcome
    verification: Verification = Verification.SELF
    started: Day | None = None
    planned_end: Day | None = None
    ended: Day | None = None
    cost: Money | None = None
    months: Months | None = None
    why: Text | None = None
    failure: FailureRecord | None = None
    language: Language | None = Field(
        None, description="Language of why and of the failure record; that of the solution where absent"
    )
    translations: dict[Language, Texts] = Field(
        {}, description="Why and the failure record's texts in other languages"
    )
    rung: Annotated[int, Field(ge=1, le=9)] | None = Field(None, description="Rung of the evidence ladder")

    @property
    def ends_before_it_starts(self) -> bool:
        """Whether one of the two days is a mistake."""
        return self.started is not None and self.ended is not None and self.ended < self.started


class Implementation(Attempt, AboutSolution):
    """One city's attempt at a solution, as that city reports it."""


class Effect(Fact):
    """What a solution did in a city that took it over; the indicator is one that its source measured."""

    effect: Literal["kept", "partly", "not_kept"] = Field(
        description="Whether the city saw the effect that the source had"
    )
    indicator: Line | None = Field(None, description="A KPI of the source by its name")
    unit: Line | None = None
    before: float | None = None
    after: float | None = None
    measured: Day | None = Field(None, description="When `after` was measured")


class Adoption(AboutSolution):
    """A city adopted a solution: it copied, bought, adapted or built it."""

    kind: Literal["copied", "bought", "adapted", "built"]
    parent: Id | None = None
    kept: tuple[Line, ...] = ()
    changed: tuple[Line, ...] = ()
    dropped: tuple[Line, ...] = ()
    letter: Id | None = Field(None, description="The letter that led to it")
    effect: Effect | None = Field(None, description="What it did there, as the city reports it later")
