"""Flags: indicators that ask for a second look; each has a value, does not apply, or cannot be computed."""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from services.scoring.domain.evaluation.criteria import ratio
from services.scoring.domain.framework import FlagSettings, Framework
from services.scoring.domain.risk import lock_in
from services.scoring.domain.rule_results import (
    KnownValue,
    MessageReference,
    NotApplicable,
    UnknownValue,
    Value,
)
from services.scoring.domain.track_record import WeighedAttempt
from shared.facts import Outcome, Solution, Verification


class Flag(NamedTuple):
    """One indicator: its state, its value, and whether that reached the threshold."""

    name: str
    state: Literal["value", "not_applicable", "not_computable"]
    value: float | None = None
    raised: bool = False


Rule = Callable[[Solution, Sequence[WeighedAttempt], Framework], Value]


def _value(number: float) -> KnownValue:
    return KnownValue(number, 0.0, MessageReference("no_data"))


def cost_overrun(solution: Solution, _: Sequence[WeighedAttempt], __: Framework) -> Value:
    """Actual over planned cost, less one."""
    actual_to_planned = ratio(solution.delivery.actual_cost, solution.delivery.planned_cost)
    return UnknownValue() if actual_to_planned is None else _value(actual_to_planned - 1)


def time_overrun(solution: Solution, _: Sequence[WeighedAttempt], __: Framework) -> Value:
    """Actual over planned months, less one."""
    actual_to_planned = ratio(solution.delivery.actual_months, solution.delivery.planned_months)
    return UnknownValue() if actual_to_planned is None else _value(actual_to_planned - 1)


def self_reported(_: Solution, attempts: Sequence[WeighedAttempt], __: Framework) -> Value:
    """The share of ended implementations that nobody but the city itself vouches for."""
    ended = [attempt for attempt in attempts if attempt.ended]
    if not ended:
        return NotApplicable(MessageReference("no_data"))
    return _value(sum(attempt.verification == Verification.SELF for attempt in ended) / len(ended))


def overdue(_: Solution, attempts: Sequence[WeighedAttempt], __: Framework) -> Value:
    """The share of running or silent implementations that are overdue."""
    without_outcome = [
        attempt for attempt in attempts if attempt.outcome in (Outcome.RUNNING, Outcome.UNKNOWN)
    ]
    if not without_outcome:
        return NotApplicable(MessageReference("no_data"))
    return _value(sum(attempt.overdue for attempt in without_outcome) / len(without_outcome))


def not_measured(solution: Solution, _: Sequence[WeighedAttempt], __: Framework) -> Value:
    """The share of KPIs with a target of which nothing was observed."""
    promised = [kpi for kpi in solution.kpis if kpi.target is not None]
    if not promised:
        return NotApplicable(MessageReference("no_data"))
    return _value(sum(kpi.observed is None for kpi in promised) / len(promised))


def locked_in(solution: Solution, _: Sequence[WeighedAttempt], framework: Framework) -> Value:
    """The risk of lock-in (R2)."""
    return lock_in(solution.lockin, framework)


RULES: dict[str, Rule] = {
    "cost_overrun": cost_overrun,
    "time_overrun": time_overrun,
    "self_reported": self_reported,
    "overdue": overdue,
    "not_measured": not_measured,
    "locked_in": locked_in,
}


def flags(solution: Solution, attempts: Sequence[WeighedAttempt], framework: Framework) -> tuple[Flag, ...]:
    """Every indicator of a solution (features A8); the thresholds are the framework's."""
    return tuple(
        _flag(name, rule(solution, attempts, framework), framework.flags) for name, rule in RULES.items()
    )


def _flag(name: str, value: Value, thresholds: FlagSettings) -> Flag:
    if isinstance(value, KnownValue):
        least: float = getattr(thresholds, name)
        return Flag(name, "value", value.value, value.value >= least)
    return Flag(name, "not_applicable" if isinstance(value, NotApplicable) else "not_computable")
