"""E3, effect."""

from collections.abc import Sequence
from math import fsum, sqrt

from services.scoring.domain.framework import EffectSettings, Framework
from services.scoring.domain.rule_results import KnownValue, MessageReference, UnknownValue, Value, clip
from shared.facts import Kpi, Verification


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
