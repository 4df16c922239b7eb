"""Bands: what a city might do, the first rule that holds, and whether it holds under other weights."""

from enum import StrEnum
from math import fsum
from typing import NamedTuple

from services.scoring.domain.evaluation.total import ROUNDING, Values, grade
from services.scoring.domain.framework import Framework
from services.scoring.domain.rule_results import KnownValue


class Band(StrEnum):
    """The six bands of the framework, in the order of their rules."""

    LEARN = "Learn, do not copy"
    BUILD_FIRST = "Build first"
    NOT_ENOUGH_KNOWN = "Not enough known: ask or pilot"
    PILOT_SMALL = "Above your agreed risk: pilot small"
    READY = "Ready to adapt"
    ADAPT = "Adapt with changes"


class BandInputs(NamedTuple):
    """What the rules look at; E, R, T and the width of R's interval 0–100, φ in [0, 1].

    ``only_failed``: it failed or was abandoned somewhere, and is not known to have worked anywhere.
    """

    harm: bool
    lacks_critical_unit: bool
    evaluation: float
    grade: str
    risk: float
    risk_width: float
    transferability: float | None
    agreed_risk: float
    only_failed: bool = False


def band(standing: BandInputs, framework: Framework) -> Band:
    """The first rule that holds (framework, *Bands*)."""
    settings = framework.bands
    if standing.harm or (standing.only_failed and settings.learn_from_failures):
        return Band.LEARN
    if standing.lacks_critical_unit:
        return Band.BUILD_FIRST
    if standing.grade == "D" or standing.risk_width > settings.widest_risk + ROUNDING:
        return Band.NOT_ENOUGH_KNOWN
    if standing.risk > 100 * standing.agreed_risk + ROUNDING:
        return Band.PILOT_SMALL
    return Band.READY if _ready(standing, framework) else Band.ADAPT


def _ready(standing: BandInputs, framework: Framework) -> bool:
    settings, t = framework.bands, standing.transferability
    convincing = standing.evaluation >= settings.ready_evaluation - ROUNDING
    return convincing and t is not None and t >= settings.ready_transferability - ROUNDING


def robust(standing: BandInputs, values: Values, cap: float, framework: Framework) -> bool:
    """Whether the band stays under each of the 14 changes of one weight by ±25 %, renormalised."""
    here = band(standing, framework)
    if here in (Band.LEARN, Band.BUILD_FIRST):
        return True  # rules that no weight has a part in
    ready = framework.bands.ready_evaluation - ROUNDING
    covered = framework.evaluation.grades["C"] - ROUNDING
    # The rules see of E and coverage only these two answers, so one example of each pair is enough.
    examples = {
        (points >= ready, share >= covered): (points, share)
        for points, share in reweighted(values, cap, framework)
    }
    return all(
        band(standing._replace(evaluation=points, grade=grade(share, framework)), framework) == here
        for points, share in examples.values()
    )


def reweighted(values: Values, cap: float, framework: Framework) -> list[tuple[float, float]]:
    """E and the coverage under each change of one weight."""
    weights, change = framework.evaluation.weights, framework.bands.robustness
    missing = framework.missing.value
    parts = [
        (weights[key], value.value, weights[key])
        if isinstance(value, KnownValue)
        else (weights[key], missing, 0.0)
        for key, value in values.items()
    ]
    point, share = (
        fsum(weight * worth for weight, worth, _ in parts),
        fsum(covered for _, _, covered in parts),
    )
    return [
        (
            min(cap, 100 * (point + step * weight * worth) / (1 + step * weight)),
            (share + step * covered) / (1 + step * weight),
        )
        for weight, worth, covered in parts
        for step in (change, -change)
    ]
