"""The dimensions that only a city gives: organisation, resources and economy, politics, citizens."""

from math import hypot

from services.scoring.domain.case import Case
from services.scoring.domain.framework import Framework, RiskSettings
from services.scoring.domain.rule_results import (
    AVERAGE,
    UNIFORM_ERROR,
    KnownValue,
    MessageReference,
    NotApplicable,
    UnknownValue,
    Value,
    clip,
)
from services.scoring.domain.transferability import Fits
from services.scoring.domain.units import Bounded

NO_CITY = NotApplicable(MessageReference("no_city"))


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
    mine, heard = _known(parts["citizens"]), evaluated.value if isinstance(evaluated, KnownValue) else None
    why = {"alike": _shown(mine), "heard": _shown(heard)}
    return _mixed(mine, heard, framework.risk.citizens, MessageReference("citizens_risk", why), framework)


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
