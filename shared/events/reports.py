"""Submissions of procurement systems and cities."""

from typing import Any

from pydantic import Field

from shared.events.base import BasedOn, Event, WithActor
from shared.facts import (
    Adoption,
    Attempt,
    CityProfile,
    Day,
    Effect,
    Id,
    Implementation,
    Line,
    Need,
    Solution,
)

NEEDED_OF_PROBLEM = ("code", "service_owner", "baseline")


class ProcurementRelease(Event):
    """One OCDS release or package, unchanged."""

    key = "procurement.release"
    release: dict[str, Any]

    @property
    def subject(self) -> str:
        return str(self.release.get("ocid", ""))


class ReportedAttempt(Attempt):
    """The attempt of a solution's own city, as a part of the message that describes the solution."""

    solution: Id | None = Field(None, description="That of the message, and may be left out")
    city: Id | None = Field(None, description="That of the message, and may be left out")
    based_on: BasedOn = None


class SolutionSubmitted(Solution, WithActor, Event):
    """A city describes a solution that it tried, with what became of it there.

    The solution and its ``attempt`` are recorded together or not at all.
    """

    key = "solution.submitted"
    embargo_until: Day | None = None
    embargo_until_transition: bool = Field(
        default=False, description="Hidden until the administration changes"
    )
    attempt: ReportedAttempt | None = Field(None, description="What became of it in its own city")

    @property
    def lacking(self) -> tuple[str, ...]:
        """The fields of ``problem`` that are missing and without which no solution is accepted."""
        return tuple(name for name in NEEDED_OF_PROBLEM if getattr(self.problem, name) is None)

    @property
    def subject(self) -> str:
        return self.id


class NeedSubmitted(Need, WithActor, Event):
    """A city describes a problem it has."""

    key = "need.submitted"

    @property
    def subject(self) -> str:
        return self.id


class OutcomeReported(Implementation, WithActor, Event):
    """A city reports how an attempt ended; only this message can set the outcome *failed*."""

    key = "outcome.reported"

    @property
    def subject(self) -> str:
        return self.solution


class AdoptionDeclared(Adoption, WithActor, Event):
    """A city declares that it copied, bought, adapted or built a solution."""

    key = "adoption.declared"

    @property
    def subject(self) -> str:
        return self.solution


class AdoptionEffect(Effect, WithActor, Event):
    """A city reports what came of a solution that it took over; its newest report counts."""

    key = "adoption.effect"
    solution: Id = Field(description="The solution as the adoption names it")
    city: Id
    by: Line | None = Field(None, description="The post that reports it")

    @property
    def subject(self) -> str:
        return f"{self.solution}|{self.city}"


class CityDescribed(CityProfile, WithActor, Event):
    """A city describes itself."""

    key = "city.profile"

    @property
    def subject(self) -> str:
        return self.id
