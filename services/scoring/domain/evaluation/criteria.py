"""The criteria of the evaluation but for evidence: E1, E3 … E7 (framework, *Evaluation*).

Each is one function: it takes the facts of its criterion and the framework, and returns a value in [0, 1]
with its standard error and its reason, or ``UnknownValue``. E2 is in ``evidence``; ``total`` weighs them
all.
"""

from collections.abc import Sequence
from math import fsum, hypot, sqrt

from services.scoring.domain.framework import EffectSettings, Framework, OverrunBounds
from services.scoring.domain.rule_results import (
    UNIFORM_ERROR,
    KnownValue,
    MessageReference,
    UnknownValue,
    Value,
    answers,
    clip,
    wilson,
)
from services.scoring.domain.track_record import SuccessBounds, SuccessDistribution
from shared.facts import Citizens, Delivery, Kpi, Problem, Reuse, Verification

NO_BOUNDS = OverrunBounds()
MOST_INVOLVED = 4


def problem_definition(problem: Problem, framework: Framework) -> Value:
    """Items present of five: statement, people affected, dated baseline KPI, service owner, why now.

    Source: framework E1. An empty text is an item that was asked for and is absent.
    """
    items = (
        problem.statement,
        problem.people_affected,
        problem.baseline,
        problem.service_owner,
        problem.why_now,
    )
    if all(item is None for item in items):
        return UnknownValue()
    present = sum(item is not None and item != "" for item in items)
    why = MessageReference("problem", {"present": present, "items": len(items)})
    return KnownValue(present / len(items), framework.evaluation.problem.error, why)


def effect(kpis: Sequence[Kpi], framework: Framework) -> Value:
    """How much of each target was reached, weighted by verification and shrunk towards one half.

    Source: framework E3: v = (Σ v_i·a_i + 2·.5) / (Σ v_i + 2), s = √(v(1−v)/(Σ v_i + 3)).
    """
    settings = framework.evaluation.effect
    measured = [(kpi, part) for kpi in kpis if (part := achieved(kpi, settings)) is not None]
    if not measured:
        return UnknownValue()
    weights = [_weight(kpi, framework) for kpi, _ in measured]
    total = fsum(weights)
    reached = fsum(weight * part for weight, (_, part) in zip(weights, measured, strict=True))
    value = (reached + settings.shrink_weight * settings.shrink_to) / (total + settings.shrink_weight)
    error = sqrt(value * (1 - value) / (total + settings.shrink_weight + 1))
    claim = all(kpi.verification == Verification.SELF for kpi, _ in measured)
    why = MessageReference(
        "effect", {"measured": len(measured), "kpis": len(kpis), "reached": 100 * reached / total}
    )
    return KnownValue(value, error, why, claim)


def achieved(kpi: Kpi, settings: EffectSettings) -> float | None:
    """a = clip((o−b)/(t−b)), without a target clip(|relative change| / .20); None when not computable.

    Not computable: nothing observed, a target equal to the baseline, no target and a baseline of zero.
    """
    if kpi.observed is None:
        return None
    change = kpi.observed - kpi.baseline
    if kpi.target is None:
        return clip(abs(change / kpi.baseline) / settings.full_change) if kpi.baseline else None
    distance = kpi.target - kpi.baseline
    return clip(change / distance) if distance else None


def _weight(kpi: Kpi, framework: Framework) -> float:
    trust = framework.track_record.verification[kpi.verification]
    return trust * framework.evaluation.effect.untargeted if kpi.target is None else trust


def delivery(delivery_facts: Delivery, framework: Framework) -> Value:
    """One less the mean overrun against the usual upper bound of the project class, shrunk to one half.

    Source: framework E4; bounds: HM Treasury, Green Book supplementary guidance on optimism bias. An
    unknown class has no allowance beyond the least bound.
    """
    settings = framework.evaluation.delivery
    bounds = settings.classes.get(delivery_facts.project_class or "", NO_BOUNDS)
    ratios = (
        ratio(delivery_facts.actual_cost, delivery_facts.planned_cost),
        ratio(delivery_facts.actual_months, delivery_facts.planned_months),
    )
    overruns = [
        clip((actual - 1) / max(bound or 0.0, settings.least_bound))
        for actual, bound in zip(ratios, (bounds.cost, bounds.months), strict=True)
        if actual is not None
    ]
    if not overruns:
        return UnknownValue()
    within_plan = fsum(1 - overrun for overrun in overruns)
    value = (within_plan + settings.shrink_weight * settings.shrink_to) / (
        len(overruns) + settings.shrink_weight
    )
    return KnownValue(value, settings.error, MessageReference("delivery", _ratios_shown(ratios)))


def ratio(actual: float | None, planned: float | None) -> float | None:
    """Actual over planned; None when one of them is not known."""
    return None if actual is None or planned is None else actual / planned


def _ratios_shown(ratios: tuple[float | None, float | None]) -> dict[str, str]:
    cost, months = (f"{100 * ratio:.0f} %" if ratio is not None else "unknown" for ratio in ratios)
    return {"cost": cost, "months": months}


def track_record(bounds: SuccessBounds, reading: SuccessDistribution, *, say_failed: bool = False) -> Value:
    """The mean of the Beta distribution of success over all cities, with its standard deviation.

    Source: framework E5. ``reading`` is the record to use: the point, or one of the outer readings of what
    is overdue. Unknown while nothing has ended (for an outer reading: and nothing is overdue). With
    ``say_failed`` a record of failures alone says so in place of the mean, which the prior alone lifts.
    """
    nothing_overdue = reading is bounds.point
    if not bounds.ended and nothing_overdue:
        return UnknownValue()
    if say_failed and bounds.only_failed:
        failed = MessageReference("record_failed", {"ended": bounds.ended, "overdue": bounds.overdue})
        return KnownValue(reading.success, reading.error, failed)
    why = MessageReference(
        "record", {"ended": bounds.ended, "success": 100 * reading.success, "overdue": bounds.overdue}
    )
    return KnownValue(reading.success, reading.error, why)


def citizens(participation: Citizens, framework: Framework) -> Value:
    """.4 · involvement / 4 + .6 · the centre of Wilson's 90 % interval of positive answers.

    Source: framework E6; levels after the IAP2 spectrum, 0 inform … 4 empower. A part that is not known
    counts as any missing input, for its share.
    """
    level, answers = (
        participation.involvement,
        participation.answers if participation.positive is not None else None,
    )
    if level is None and not answers:
        return UnknownValue()
    settings = framework.evaluation.citizens
    involved = framework.missing.value if level is None else level / MOST_INVOLVED
    involved_error = UNIFORM_ERROR if level is None else 0.0
    agreed, agreed_error = _agreement(answers, participation.positive, framework)
    error = hypot(settings.involvement * involved_error, settings.answers * agreed_error)
    why = MessageReference(
        "citizens",
        {"level": _level_shown(level), "answers": answers or 0, "positive": participation.positive or 0},
    )
    value = settings.involvement * involved + settings.answers * agreed
    return KnownValue(value, max(settings.least_error, error), why)


def _agreement(answers: int | None, positive: int | None, framework: Framework) -> tuple[float, float]:
    """Share of positive answers and its standard error."""
    if not answers or positive is None:
        return framework.missing.value, UNIFORM_ERROR
    centre, half = wilson(min(positive, answers), answers, framework.interval)
    return centre, half / framework.interval


def _level_shown(level: int | None) -> str:
    return "unknown" if level is None else str(level)


def reusability(reuse: Reuse, framework: Framework) -> Value:
    """Yes-answers of eight: what another city would find on the table.

    Source: framework E7. An unknown item is no yes, and widens: s = .289 · unknown share, at least .05.
    """
    items, settings = answers(reuse), framework.evaluation.reuse
    unknown = items.count(None)
    if unknown == len(items):
        return UnknownValue()
    present = items.count(True)
    error = max(settings.least_error, settings.unknown_error * unknown / len(items))
    why = MessageReference("reuse", {"found": present, "items": len(items), "unknown": unknown})
    return KnownValue(present / len(items), error, why)
