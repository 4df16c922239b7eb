"""R itself: the base rate of failure, moved by nine dimensions on the logistic scale."""

from collections.abc import Mapping
from math import exp, fsum, log, sqrt
from typing import NamedTuple

from scipy import special

from services.scoring.domain import city_risks, solution_risks
from services.scoring.domain.case import Case
from services.scoring.domain.evaluation.total import Values
from services.scoring.domain.framework import Dimension, Framework
from services.scoring.domain.rule_results import AVERAGE, UNIFORM_ERROR, KnownValue, Value
from services.scoring.domain.track_record import SuccessBounds, SuccessDistribution
from services.scoring.domain.transferability import Fits

FLAT = 1e-6
"""Below this sum of logits the logistic is a straight line to 1e-11 points."""

Dimensions = Mapping[Dimension, Value]


class Risk(NamedTuple):
    """R with its 90 % interval and the base rate it starts from, in per cent; ``logit`` is z."""

    value: float
    low: float
    high: float
    base: float
    logit: float


def dimensions(
    case: Case, values: Values, parts: Fits | None, framework: Framework
) -> dict[Dimension, Value]:
    """The nine dimensions of a case; four of them need a city (framework, *Risk*)."""
    said, asking = case.solution, case.city.id if case.city else None
    found: dict[Dimension, Value] = {
        "immaturity": solution_risks.immaturity(said.maturity, framework),
        "lockin": solution_risks.lock_in(said.lockin, framework),
        "delivery": solution_risks.cost_and_time(values["delivery"], framework),
        "organisation": city_risks.NO_CITY,
        "resources": city_risks.NO_CITY,
        "political": city_risks.NO_CITY,
        "citizens": city_risks.NO_CITY,
        "firstmover": solution_risks.first_mover(case.attempts, asking, framework),
        "legal": solution_risks.law(said.legal, framework),
    }
    if parts is not None:
        found["organisation"] = city_risks.organisation(parts, framework)
        found["resources"] = city_risks.resources(parts, framework)
        found["political"] = city_risks.political(case, framework)
        found["citizens"] = city_risks.citizens(parts, values["citizens"], framework)
    return found


def risk(record: SuccessDistribution, found: Dimensions, framework: Framework) -> Risk:
    """R = 100 / (1 + e^−z), z = logit(β/(α+β)) + Σ c·(x − .5), with the interval of z taken back.

    Source: framework, *Risk*; var = ψ₁(α) + ψ₁(β) + Σ c²σ² (ψ₁ trigamma, here Hurwitz' ζ(2, ·)).
    """
    z = log(record.beta / record.alpha) + moved(found, framework)
    half = framework.interval * sqrt(_variance(record, found, framework))
    return Risk(percent(z), percent(z - half), percent(z + half), 100 * record.failure, z)


def moved(found: Dimensions, framework: Framework) -> float:
    """Σ c·(x − .5): how far the known dimensions move the logit."""
    coefficients = framework.risk.coefficients
    return fsum(
        coefficients[key] * (value.value - AVERAGE)
        for key, value in found.items()
        if isinstance(value, KnownValue)
    )


def _variance(record: SuccessDistribution, found: Dimensions, framework: Framework) -> float:
    coefficients = framework.risk.coefficients
    parts = [float(special.zeta(2.0, record.alpha)), float(special.zeta(2.0, record.beta))]
    for key, value in found.items():
        spread = coefficients[key] * (value.error if isinstance(value, KnownValue) else UNIFORM_ERROR)
        parts.append(spread * spread)
    return fsum(parts)


def percent(z: float) -> float:
    """The logistic function, in per cent; safe at both ends."""
    return 100 / (1 + exp(-z)) if z >= 0 else 100 * exp(z) / (1 + exp(z))


def contributions(reached: Risk, found: Dimensions, framework: Framework) -> dict[Dimension, float]:
    """Points by which each dimension moves R from the base rate; they add up to R − R₀ exactly.

    Δ_k = c_k(x_k − .5) · (R − R₀) / Σ c(x − .5); where that sum vanishes, its limit R(1 − R).
    """
    shift, share = moved(found, framework), reached.value / 100
    slope = 100 * share * (1 - share) if abs(shift) < FLAT else (reached.value - reached.base) / shift
    return {
        key: framework.risk.coefficients[key] * (value.value - AVERAGE) * slope
        if isinstance(value, KnownValue)
        else 0.0
        for key, value in found.items()
    }


def reach(z: float, coefficient: float) -> tuple[float, float]:
    """R at both ends of an unknown dimension, in per cent: what an answer could move it to."""
    return percent(z - coefficient * AVERAGE), percent(z + coefficient * AVERAGE)


def outer(known: SuccessBounds, found: Dimensions, framework: Framework) -> Risk:
    """The point, with the outer bounds of the readings of what is overdue: silence widens."""
    point = risk(known.point, found, framework)
    if not known.overdue:
        return point
    others = [risk(each, found, framework) for each in (known.if_failed, known.if_succeeded)]
    low, high = min(each.low for each in (point, *others)), max(each.high for each in (point, *others))
    return point._replace(low=low, high=high)
