"""What a city agreed to – a failure rate φ and a budget for sharing – against what came.

``portfolio``: the distribution of failures among its running projects against φ (exact Poisson-binomial;
framework, *Portfolio*). ``candour``: whether it is likely that none of its ended projects failed, given φ
(framework, *Candour*). ``sharing``: what it pledged for sharing against what it spent (features B2). Rates,
shares and chances are in [0, 1].
"""

from collections.abc import Sequence
from math import floor, fsum
from typing import Literal, NamedTuple

import numpy as np

from services.scoring.domain.framework import Framework
from services.scoring.domain.rule_results import MessageReference
from shared.facts import CityProfile

ROUNDING = 1e-9
"""9 · (1/3) is three failures, whatever the last bit says."""


class Portfolio(NamedTuple):
    """The distribution of failures over ``projects`` running projects.

    ``chances[k]`` is P(exactly k fail); ``agreed`` the failures that φ allows, ``beyond`` P(more than that).
    """

    projects: int
    expected: float
    agreed: float
    beyond: float
    chances: tuple[float, ...]


def portfolio(risks: Sequence[float], agreed_risk: float) -> Portfolio:
    """The exact Poisson-binomial distribution of failures (framework, *Portfolio*).

    ``risks`` and ``agreed_risk`` (φ) are probabilities in [0, 1]; raise ``ValueError`` for any other.
    """
    for risk in (*risks, agreed_risk):
        if not 0 <= risk <= 1:
            raise ValueError(f"a risk must lie between 0 and 1, not at {risk}; divide a percentage by 100")
    number = len(risks)
    allowed = agreed_risk * number
    chances = distribution(risks)
    beyond = fsum(chances[floor(allowed + ROUNDING) + 1 :])
    return Portfolio(number, fsum(risks), allowed, beyond, chances)


def distribution(risks: Sequence[float]) -> tuple[float, ...]:
    """P(exactly k fail) for k = 0 … n; the order of the projects does not matter."""
    if not risks:
        return (1.0,)
    from scipy import stats  # noqa: PLC0415 - takes a second, which every command that scores would pay

    counts = np.arange(len(risks) + 1)
    chances = np.atleast_1d(stats.poisson_binom.pmf(counts, sorted(risks)))
    return tuple(float(chance) for chance in chances)


class CandourNotice(NamedTuple):
    """A notice to that city alone: none of ``ended`` failed, which has that ``chance`` at φ."""

    ended: int
    agreed_risk: float
    chance: float

    @property
    def saying(self) -> MessageReference:
        """The notice as a sentence."""
        return MessageReference(
            "candour",
            {"ended": self.ended, "agreed": 100 * self.agreed_risk, "chance": 100 * self.chance},
        )


def no_failures(ended: int, agreed_risk: float) -> float:
    """P(no failures in n) = (1 − φ)ⁿ."""
    return float((1 - agreed_risk) ** ended)


def candour(ended: int, failed: int, agreed_risk: float, framework: Framework) -> CandourNotice | None:
    """A notice when no failure is reported and that has a chance below 5 % (framework, *Candour*).

    ``ended`` and ``failed`` count the city's ended implementations, ``agreed_risk`` is φ in [0, 1].
    """
    chance = no_failures(ended, agreed_risk)
    if failed or chance >= framework.candour.improbable:
        return None
    return CandourNotice(ended, agreed_risk, chance)


class SharingBudget(NamedTuple):
    """Pledge and actual as shares of the budget; ``kept`` is actual over pledge.

    ``per_adoption`` is the share of the budget spent for each solution another city took up. ``beside``
    places the actual share beside the range named at the founding summit: a snap survey, and no norm.
    """

    pledge: float | None
    spent: float | None
    kept: float | None
    per_adoption: float | None
    beside: Literal["below", "within", "above"] | None
    survey: tuple[float, float]


def sharing(city: CityProfile, adopted: int, framework: Framework) -> SharingBudget:
    """Pledge against actual (features B2); ``adopted`` counts its solutions that other cities took up."""
    pledge, spent, survey = city.sharing_pledge, city.sharing_spent, framework.sharing
    return SharingBudget(
        pledge=pledge,
        spent=spent,
        kept=spent / pledge if pledge and spent is not None else None,
        per_adoption=spent / adopted if adopted and spent is not None else None,
        beside=None if spent is None else _beside(spent, survey.low, survey.high),
        survey=(survey.low, survey.high),
    )


def _beside(spent: float, low: float, high: float) -> Literal["below", "within", "above"]:
    if spent < low:
        return "below"
    return "above" if spent > high else "within"
