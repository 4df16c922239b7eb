"""E4, delivery to cost and time."""

from math import fsum

from services.scoring.domain.framework import Framework, OverrunBounds
from services.scoring.domain.rule_results import KnownValue, MessageReference, UnknownValue, Value, clip
from shared.facts import Delivery

NO_BOUNDS = OverrunBounds()


def delivery(said: Delivery, framework: Framework) -> Value:
    """One less the mean overrun against the usual upper bound of the project class, shrunk to one half.

    Source: framework E4; bounds: HM Treasury, Green Book supplementary guidance on optimism bias. An
    unknown class has no allowance beyond the least bound.
    """
    settings = framework.evaluation.delivery
    bounds = settings.classes.get(said.project_class or "", NO_BOUNDS)
    ratios = (ratio(said.actual_cost, said.planned_cost), ratio(said.actual_months, said.planned_months))
    overruns = [
        clip((actual - 1) / max(bound or 0.0, settings.least_bound))
        for actual, bound in zip(ratios, (bounds.cost, bounds.months), strict=True)
        if actual is not None
    ]
    if not overruns:
        return UnknownValue()
    kept = fsum(1 - overrun for overrun in overruns)
    value = (kept + settings.shrink_weight * settings.shrink_to) / (len(overruns) + settings.shrink_weight)
    return KnownValue(value, settings.error, MessageReference("delivery", _shown(ratios)))


def ratio(actual: float | None, planned: float | None) -> float | None:
    """Actual over planned; None when one of them is not known."""
    return None if actual is None or planned is None else actual / planned


def _shown(ratios: tuple[float | None, float | None]) -> dict[str, str]:
    cost, months = (f"{100 * each:.0f} %" if each is not None else "unknown" for each in ratios)
    return {"cost": cost, "months": months}
