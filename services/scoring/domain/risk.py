"""Risk R: the probability of failure in per cent, personal when a city asks (framework, *Risk*).

The base rate of failure comes from the track record; nine dimensions, each a value in [0, 1] with its
standard error, move it on the logistic scale. R1, R2, R3, R8 and R9 are known of the solution alone; R4–R7
need a city.
"""

from collections.abc import Mapping, Sequence
from math import exp, fsum, hypot, log, sqrt
from typing import NamedTuple

from scipy import special

from services.scoring.domain.case import Case
from services.scoring.domain.evaluation.total import Values
from services.scoring.domain.framework import Dimension, Framework, RiskSettings
from services.scoring.domain.rule_results import (
    AVERAGE,
    UNIFORM_ERROR,
    KnownValue,
    MessageReference,
    NotApplicable,
    UnknownValue,
    Value,
    answers,
    clip,
)
from services.scoring.domain.track_record import SuccessBounds, SuccessDistribution, WeighedAttempt
from services.scoring.domain.transferability import Bounded, Fits
from shared.facts import Legal, LockIn, Maturity

NO_CITY = NotApplicable(MessageReference("no_city"))
FLAT = 1e-6
"""Below this sum of logits the logistic is a straight line to 1e-11 points."""
Dimensions = Mapping[Dimension, Value]


def immaturity(maturity: Maturity, framework: Framework) -> Value:
    """R1: the less mature of technology and society readiness, 1–3 → 1 … 9 → .1 (framework R1).

    Source of the scales: TRL (ISO 16290), SRL (Innovation Fund Denmark).
    """
    levels = [level for level in (maturity.trl, maturity.srl) if level is not None]
    if not levels:
        return UnknownValue()
    least = min(levels)
    why = MessageReference("immaturity", {"readiness": least, "rated": len(levels)})
    return KnownValue(framework.risk.maturity[least - 1], framework.risk.error, why)


def lock_in(lockin: LockIn, framework: Framework) -> Value:
    """R2: the mean of ten ways out: missing 1, unknown .5, there 0 (framework R2)."""
    return _items("lockin", answers(lockin), framework)


def law(legal: Legal, framework: Framework) -> Value:
    """R9: the mean of five legal questions: bad 1, unknown .5, settled 0 (framework R9)."""
    return _items("legal", answers(legal), framework)


def _items(message: str, given: Sequence[bool | None], framework: Framework) -> Value:
    bad, unknown = given.count(False), given.count(None)
    if unknown == len(given):
        return UnknownValue()
    risk = framework.risk
    worth = {True: risk.good, False: risk.bad, None: risk.not_known}
    why = MessageReference(message, {"bad": bad, "items": len(given), "unknown": unknown})
    return KnownValue(fsum(worth[answer] for answer in given) / len(given), risk.error, why)


def cost_and_time(delivery: Value, framework: Framework) -> Value:
    """R3: what delivery (E4) lacks of 1 (framework R3)."""
    if not isinstance(delivery, KnownValue):
        return UnknownValue()
    return KnownValue(
        1 - delivery.value, framework.risk.error, MessageReference("overrun", delivery.why.parameters)
    )


def first_mover(attempts: Sequence[WeighedAttempt] | None, city: str | None, framework: Framework) -> Value:
    """R8: 1 / (1 + n/3), n = implementations that ended elsewhere (framework R8).

    Nobody tried it (n = 0) is not the same as nobody asked: that is unknown.
    """
    if attempts is None:
        return UnknownValue()
    ended = sum(attempt.ended and attempt.city != city for attempt in attempts)
    value = 1 / (1 + ended / framework.risk.first_mover)
    return KnownValue(value, framework.risk.error, MessageReference("firstmover", {"ended": ended}))


def organisation(parts: Fits, framework: Framework) -> Value:
    """R4: what the organisation's transferability lacks of 1 (framework R4)."""
    mine = parts["organisation"]
    if not mine.known:
        return UnknownValue()
    why = MessageReference("organisation_risk", {"share": 100 * mine.point})
    return KnownValue(1 - mine.point, framework.risk.error, why)


def resources(parts: Fits, framework: Framework) -> Value:
    """R5: what .7 · resources + .3 · economy lack of 1 (framework R5)."""
    means, market = _known(parts["resources"]), _known(parts["economy"])
    why = {"resources": _shown(means), "economy": _shown(market)}
    return _mixed(means, market, framework.risk.resources, MessageReference("resources_risk", why), framework)


def citizens(parts: Fits, evaluated: Value, framework: Framework) -> Value:
    """R7: what .5 · t_citizens + .5 · E6 lack of 1 (framework R7)."""
    mine, involvement = (
        _known(parts["citizens"]),
        evaluated.value if isinstance(evaluated, KnownValue) else None,
    )
    why = {"alike": _shown(mine), "heard": _shown(involvement)}
    return _mixed(
        mine, involvement, framework.risk.citizens, MessageReference("citizens_risk", why), framework
    )


def _mixed(
    first: float | None, second: float | None, share: float, why: MessageReference, framework: Framework
) -> Value:
    """One less the mixture; an unknown part is average, like an unknown dimension; it widens by its share."""
    if first is None and second is None:
        return UnknownValue()
    mixture = share * _point(first) + (1 - share) * _point(second)
    spread = UNIFORM_ERROR * (share if first is None else 1 - share if second is None else 0.0)
    return KnownValue(1 - mixture, hypot(framework.risk.error, spread), why)


def _known(part: Bounded) -> float | None:
    return part.point if part.known else None


def _point(part: float | None) -> float:
    return AVERAGE if part is None else part


def _shown(part: float | None) -> str:
    return "unknown" if part is None else f"{100 * part:.0f} %"


def political(case: Case, framework: Framework) -> Value:
    """R6: an election during or soon after delivery, less .7 for each anchor (framework R6)."""
    months = case.months
    if case.election is None or months is None or case.city is None:
        return UnknownValue()
    anchors = len(set(case.city.anchors))
    why = MessageReference("political", {"election": case.election, "delivery": months, "anchors": anchors})
    return KnownValue(shadow(case.election, months, anchors, framework.risk), framework.risk.error, why)


def shadow(election: float, delivery: float, anchors: int, settings: RiskSettings) -> float:
    """t · .7^a, t = 1 if the election falls within delivery, else clip(1 − (m − D)/24); months."""
    political_settings = settings.political
    late = election - delivery
    exposed = 1.0 if late <= 0 else clip(1 - late / political_settings.horizon)
    return float(exposed * political_settings.anchor**anchors)


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
    solution, asking = case.solution, case.city.id if case.city else None
    values_found: dict[Dimension, Value] = {
        "immaturity": immaturity(solution.maturity, framework),
        "lockin": lock_in(solution.lockin, framework),
        "delivery": cost_and_time(values["delivery"], framework),
        "organisation": NO_CITY,
        "resources": NO_CITY,
        "political": NO_CITY,
        "citizens": NO_CITY,
        "firstmover": first_mover(case.attempts, asking, framework),
        "legal": law(solution.legal, framework),
    }
    if parts is not None:
        values_found["organisation"] = organisation(parts, framework)
        values_found["resources"] = resources(parts, framework)
        values_found["political"] = political(case, framework)
        values_found["citizens"] = citizens(parts, values["citizens"], framework)
    return values_found


def risk(record: SuccessDistribution, values: Dimensions, framework: Framework) -> Risk:
    """R = 100 / (1 + e^−z), z = logit(β/(α+β)) + Σ c·(x − .5), with the interval of z taken back.

    Source: framework, *Risk*; var = ψ₁(α) + ψ₁(β) + Σ c²σ² (ψ₁ trigamma, here Hurwitz' ζ(2, ·)).
    """
    z = log(record.beta / record.alpha) + moved(values, framework)
    half = framework.interval * sqrt(_variance(record, values, framework))
    return Risk(percent(z), percent(z - half), percent(z + half), 100 * record.failure, z)


def moved(values: Dimensions, framework: Framework) -> float:
    """Σ c·(x − .5): how far the known dimensions move the logit."""
    coefficients = framework.risk.coefficients
    return fsum(
        coefficients[key] * (value.value - AVERAGE)
        for key, value in values.items()
        if isinstance(value, KnownValue)
    )


def _variance(record: SuccessDistribution, values: Dimensions, framework: Framework) -> float:
    coefficients = framework.risk.coefficients
    parts = [float(special.zeta(2.0, record.alpha)), float(special.zeta(2.0, record.beta))]
    for key, value in values.items():
        spread = coefficients[key] * (value.error if isinstance(value, KnownValue) else UNIFORM_ERROR)
        parts.append(spread * spread)
    return fsum(parts)


def percent(z: float) -> float:
    """The logistic function, in per cent; safe at both ends."""
    return 100 / (1 + exp(-z)) if z >= 0 else 100 * exp(z) / (1 + exp(z))


def contributions(reached: Risk, values: Dimensions, framework: Framework) -> dict[Dimension, float]:
    """Points by which each dimension moves R from the base rate; they add up to R − R₀ exactly.

    Δ_k = c_k(x_k − .5) · (R − R₀) / Σ c(x − .5); where that sum vanishes, its limit R(1 − R).
    """
    shift, share = moved(values, framework), reached.value / 100
    slope = 100 * share * (1 - share) if abs(shift) < FLAT else (reached.value - reached.base) / shift
    return {
        key: framework.risk.coefficients[key] * (value.value - AVERAGE) * slope
        if isinstance(value, KnownValue)
        else 0.0
        for key, value in values.items()
    }


def reach(z: float, coefficient: float) -> tuple[float, float]:
    """R at both ends of an unknown dimension, in per cent: what an answer could move it to."""
    return percent(z - coefficient * AVERAGE), percent(z + coefficient * AVERAGE)


def outer(bounds: SuccessBounds, values: Dimensions, framework: Framework) -> Risk:
    """The point, with the outer bounds of both readings of what is overdue (failed, succeeded)."""
    point = risk(bounds.point, values, framework)
    if not bounds.overdue:
        return point
    others = [risk(reading, values, framework) for reading in (bounds.if_failed, bounds.if_succeeded)]
    low, high = (
        min(reading.low for reading in (point, *others)),
        max(reading.high for reading in (point, *others)),
    )
    return point._replace(low=low, high=high)
