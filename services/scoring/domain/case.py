"""A case: all that one score is a function of, with dates turned into ages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from services.scoring.domain.city_similarity import all_indicators, likeness
from services.scoring.domain.framework import Framework
from services.scoring.domain.nearest_cities import Nearness, nearness, worked_in
from services.scoring.domain.track_record import WeighedAttempt
from shared.events import AreaPrior
from shared.facts import CityProfile, Implementation, Outcome, Solution

YEAR = 365.25
MONTH = YEAR / 12

Anchor = Literal["cross_party", "funds", "process", "deputy"]


@dataclass(frozen=True, slots=True)
class Case:
    """One solution, perhaps seen by one city.

    ``attempts`` is None when nobody was asked, and empty when nobody tried it. ``nearness`` names, for each
    dimension, the most similar city where it worked, with its likeness. ``election`` is in months from the
    start, ``months`` those of delivery, ``agreed_risk`` is φ in [0, 1], ``prior`` that of the service area.
    """

    solution: Solution
    attempts: tuple[WeighedAttempt, ...] | None
    city: CityProfile | None = None
    nearness: Nearness = field(default_factory=dict)
    election: float | None = None
    months: float | None = None
    agreed_risk: float | None = None
    prior: AreaPrior | None = None

    @property
    def known_attempts(self) -> tuple[WeighedAttempt, ...]:
        """The attempts, none where nobody was asked."""
        return self.attempts or ()


def build(
    solution: Solution,
    implementations: Iterable[Implementation] | None,
    framework: Framework,
    as_of: datetime,
    city: CityProfile | None = None,
    peers: Mapping[str, CityProfile] | None = None,
    *,
    agreed_risk: float | None = None,
    prior: AreaPrior | None = None,
) -> Case:
    """Put a case together. ``peers`` are the cities where it was tried, by id, as they were then."""
    today, profiles = as_of.date(), peers or {}
    attempts = None
    if implementations is not None:
        attempts = tuple(
            attempt(implementation, framework, today, city, profiles) for implementation in implementations
        )
    return Case(
        solution=solution,
        attempts=attempts,
        city=city,
        nearness=nearness(city, worked_in(attempts or (), profiles), framework) if city else {},
        election=months_until(city.next_election, today) if city else None,
        months=duration(solution),
        agreed_risk=agreed_risk if agreed_risk is not None else agreed_by(solution, city),
        prior=prior,
    )


def attempt(
    implementation: Implementation,
    framework: Framework,
    today: date,
    city: CityProfile | None,
    peers: Mapping[str, CityProfile],
) -> WeighedAttempt:
    """One implementation with its age in years, its likeness, and whether it is overdue."""
    return WeighedAttempt(
        city=implementation.city,
        outcome=implementation.outcome,
        verification=implementation.verification,
        age=_age(implementation, today),
        similarity=_similarity(city, implementation.city, peers, framework),
        overdue=is_overdue(implementation, framework.track_record.overdue_after, today),
        failure=implementation.failure,
    )


def is_overdue(implementation: Implementation, months: int, today: date) -> bool:
    """Whether more than so many calendar months have passed since the planned end without an outcome."""
    silent = implementation.outcome in (Outcome.RUNNING, Outcome.UNKNOWN)
    planned = implementation.planned_end
    return silent and planned is not None and is_past(planned, months, today)


def is_past(day: date, months: int, today: date) -> bool:
    """Whether more than so many calendar months lie between that day and today; exactly so many do not."""
    passed = 12 * (today.year - day.year) + today.month - day.month
    return (passed, today.day) > (months, day.day)


def months_until(day: date | None, today: date) -> float | None:
    """Months from today to that day; None when it is not known or already past."""
    return (day - today).days / MONTH if day is not None and day >= today else None


def duration(solution: Solution) -> float | None:
    """Months of delivery: as the solution says, else as it took, else as it was planned."""
    months = (solution.months, solution.delivery.actual_months, solution.delivery.planned_months)
    return next((number for number in months if number is not None), None)


def _age(implementation: Implementation, today: date) -> float:
    """Years since it ended; what is undated counts as of today, what lies ahead too."""
    day = implementation.ended or implementation.planned_end or today
    return max(0.0, (today - day).days / YEAR)


def _similarity(
    city: CityProfile | None, other: str, peers: Mapping[str, CityProfile], framework: Framework
) -> float:
    if city is None or city.id == other:
        return 1.0
    if other not in peers:
        return framework.missing.value
    similarity = likeness(city, peers[other], all_indicators(framework.transferability)).value
    return framework.missing.value if similarity is None else similarity


def agreed_by(solution: Solution, city: CityProfile | None) -> float | None:
    """The lowest failure rate agreed for one of the solution's topics, else the city's own, else None."""
    if city is None:
        return None
    agreed = [
        city.agreed_risk_by_topic[key]
        for topic in solution.topics
        for key in (f"{topic.scheme}:{topic.id}", topic.id)
        if key in city.agreed_risk_by_topic
    ]
    return min(agreed, default=city.agreed_risk)
