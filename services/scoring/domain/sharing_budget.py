"""The sharing budget: what a city pledged to spend on sharing, and what it did."""

from typing import Literal, NamedTuple

from services.scoring.domain.framework import Framework
from shared.facts import CityProfile


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
