"""The five bars of a match: never merged into one, each with what is known about it."""

from typing import Literal

from shared.events import Assessment, Estimate, Match, Points
from shared.facts import Fact

Topic = Literal["need", "evaluation", "transferability", "risk", "coverage"]


class Bar(Fact):
    """A value from 0 to 100 with its interval; ``limit`` is the risk the city agreed to accept."""

    key: Topic
    value: Points
    low: Points | None = None
    high: Points | None = None
    limit: Points | None = None

    @property
    def over(self) -> bool:
        """Whether it lies above the limit."""
        return self.limit is not None and self.value > self.limit


def bars(match: Match) -> tuple[Bar, ...]:
    """Need, evidence, transferability, risk of failure and what is known, in this order."""
    judged = match.assessment
    limit = 100 * match.agreed_risk
    return (Bar(key="need", value=100 * match.relevance), *bars_of(judged, limit))


def bars_of(judged: Assessment, limit: float | None = None) -> tuple[Bar, ...]:
    """The bars of an assessment alone; without a city there is no transferability."""
    transfer = (_bar("transferability", judged.transferability),) if judged.transferability else ()
    risk = _bar("risk", judged.risk).model_copy(update={"limit": limit})
    known = Bar(key="coverage", value=100 * judged.coverage)
    return (_bar("evaluation", judged.evaluation), *transfer, risk, known)


def _bar(key: Topic, estimate: Estimate) -> Bar:
    return Bar(key=key, value=estimate.value, low=estimate.low, high=estimate.high)
