"""E itself: the seven criteria together."""

from collections.abc import Mapping
from math import fsum, sqrt
from typing import Literal, NamedTuple

from services.scoring.domain.case import Case
from services.scoring.domain.evaluation.criteria import (
    citizens,
    delivery,
    effect,
    problem_definition,
    reusability,
    track_record,
)
from services.scoring.domain.evaluation.evidence import evidence
from services.scoring.domain.framework import Criterion, Framework
from services.scoring.domain.rule_results import UNIFORM_ERROR, KnownValue, Value
from services.scoring.domain.track_record import SuccessBounds

Grade = Literal["A", "B", "C", "D"]
Values = Mapping[Criterion, Value]
Weights = Mapping[Criterion, float]

ROUNDING = 1e-9
"""A threshold is reached when only the last bits of a sum are missing."""


class Evaluation(NamedTuple):
    """E with its 90 % interval, all 0–100; ``uncut`` is the interval around E as it is without a cap.

    ``down`` is by how much the cap brings E down.
    """

    value: float
    low: float
    high: float
    uncut: tuple[float, float]
    down: float
    coverage: float
    grade: Grade
    cap: float


def criteria(case: Case, record: SuccessBounds, framework: Framework) -> dict[Criterion, Value]:
    """The criteria of a case that the framework weighs, by name."""
    solution = case.solution
    values: dict[Criterion, Value] = {
        "problem": problem_definition(solution.problem, framework),
        "evidence": evidence(solution.studies, framework),
        "effect": effect(solution.kpis, framework),
        "delivery": delivery(solution.delivery, framework),
        "record": track_record(record, record.point, say_failed=framework.bands.learn_from_failures),
        "citizens": citizens(solution.citizens, framework),
        "reuse": reusability(solution.reuse, framework),
    }
    return {name: value for name, value in values.items() if name in framework.evaluation.weights}


def evaluate(values: Values, framework: Framework, cap: float = 100.0) -> Evaluation:
    """E = 100 · Σ w·v, the cap at most, ± 1.645 · √Σ (100·w·s)², cut to [0, cap] (framework, *Evaluation*).

    A missing criterion counts as .30 with the spread of a uniform; weights are never redistributed, because
    that would reward leaving data out. The interval is that of E before the cap, moved down with it: a cap
    makes E no more certain.
    """
    weights = framework.evaluation.weights
    point = total(values, weights, framework)
    spread = [100 * weights[key] * _error(value) for key, value in values.items()]
    half = framework.interval * sqrt(fsum(part * part for part in spread))
    value, share = min(cap, point), coverage(values, weights)
    uncut, down = (point - half, point + half), point - value
    low, high = _cut(uncut, down, cap)
    return Evaluation(
        value=value,
        low=low,
        high=high,
        uncut=uncut,
        down=down,
        coverage=share,
        grade=grade(share, framework),
        cap=cap,
    )


def _cut(uncut: tuple[float, float], down: float, cap: float) -> tuple[float, float]:
    """The interval brought down with E, within [0, cap]."""
    return max(0.0, uncut[0] - down), min(cap, uncut[1] - down)


def total(values: Values, weights: Weights, framework: Framework) -> float:
    """100 · Σ w·v before any cap."""
    missing = framework.missing.value
    return 100 * fsum(
        weights[key] * (value.value if isinstance(value, KnownValue) else missing)
        for key, value in values.items()
    )


def _error(value: Value) -> float:
    return value.error if isinstance(value, KnownValue) else UNIFORM_ERROR


def coverage(values: Values, weights: Weights) -> float:
    """The weight of the criteria that have data, in [0, 1]."""
    return min(1.0, fsum(weights[key] for key, value in values.items() if isinstance(value, KnownValue)))


def grade(share: float, framework: Framework) -> Grade:
    """A from .8, B from .6, C from .4, D below."""
    grades = framework.evaluation.grades
    for name in ("A", "B", "C"):
        if share >= grades[name] - ROUNDING:
            return name
    return "D"


def widened(point: Evaluation, others: list[Evaluation]) -> Evaluation:
    """The point with the outer bounds of other readings: what is overdue widens the interval.

    The outer bounds are those before any cap, and come down with E: under a cap all readings have the same E,
    so that more missing outcomes would look like more certainty.
    """
    readings = [point, *others]
    uncut = min(reading.uncut[0] for reading in readings), max(reading.uncut[1] for reading in readings)
    low, high = _cut(uncut, point.down, point.cap)
    return point._replace(low=low, high=high, uncut=uncut)
