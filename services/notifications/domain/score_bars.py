"""The five bars of a match: never merged into one, each with what is known about it."""

from collections.abc import Sequence
from math import floor, fsum
from typing import Literal

from services.notifications.domain.rounding import half_up
from shared.events import Assessment, Estimate, Match, Points
from shared.facts import Fact

Topic = Literal["need", "evaluation", "transferability", "risk", "coverage"]


class Bar(Fact):
    """A value from 0 to 100 with its interval; ``limit`` is the risk the city accepts.

    ``agreed``: whether the city agreed to it; else it is the limit of the framework, or not known whose.
    """

    key: Topic
    value: Points
    low: Points | None = None
    high: Points | None = None
    limit: Points | None = None
    agreed: bool | None = None

    @property
    def over(self) -> bool:
        """Whether it lies above the limit."""
        return self.limit is not None and self.value > self.limit


def bars(match: Match) -> tuple[Bar, ...]:
    """Need, evidence, transferability, risk of failure and what is known, in this order."""
    judged = match.assessment
    limit = 100 * match.agreed_risk
    return (Bar(key="need", value=100 * match.relevance), *bars_of(judged, limit, agreed=match.risk_agreed))


def bars_of(judged: Assessment, limit: float | None = None, *, agreed: bool | None = None) -> tuple[Bar, ...]:
    """The bars of an assessment alone; without a city there is no transferability."""
    transfer = (_bar("transferability", judged.transferability),) if judged.transferability else ()
    risk = _bar("risk", judged.risk).model_copy(update={"limit": limit, "agreed": agreed})
    coverage = Bar(key="coverage", value=100 * judged.coverage)
    return (_bar("evaluation", judged.evaluation), *transfer, risk, coverage)


def _bar(key: Topic, estimate: Estimate) -> Bar:
    return Bar(key=key, value=estimate.value, low=estimate.low, high=estimate.high)


def adding_up(points: Sequence[float], total: float, digits: int = 1) -> list[float]:
    """``points`` rounded so that what is shown adds up to ``total`` as it is shown (largest remainder).

    Points that do not add up by more than rounding explains are rounded one by one: nothing is hidden.
    """
    unit: int = 10**digits
    exact = [point * unit for point in points]
    shown = [floor(point) for point in exact]
    left = int(half_up(total * unit)) - sum(shown)
    if abs(fsum(points) - total) * unit > 1 or not 0 <= left <= len(shown):
        return [float(half_up(point, digits)) for point in points]
    order = sorted(range(len(shown)), key=lambda place: (shown[place] - exact[place], place))
    for place in order[:left]:
        shown[place] += 1
    return [point / unit for point in shown]
