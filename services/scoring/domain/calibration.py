"""Calibration: the failures that were predicted against those that came, for each framework version."""

from collections.abc import Iterable, Sequence
from math import fsum
from typing import NamedTuple

from services.scoring.domain.framework import Framework
from services.scoring.domain.rule_results import wilson
from shared.facts import Outcome

BINS = 10


class Forecast(NamedTuple):
    """The risk stated before the outcome, in [0, 1], and what came: 1 failed, .5 partial, 0 succeeded."""

    risk: float
    failed: float


class Bin(NamedTuple):
    """Forecasts from ``low`` to ``high``: how many, their mean, the share that failed and its interval."""

    low: float
    high: float
    number: int
    predicted: float
    observed: float
    least: float
    most: float


class Calibration(NamedTuple):
    """Brier score (0 perfect, lower is better), that of always saying the base rate, and the bins."""

    number: int
    brier: float
    reference: float
    bins: tuple[Bin, ...]


def forecast(risk: float, outcome: Outcome, framework: Framework) -> Forecast | None:
    """A forecast to be judged; None while it has not ended. ``risk`` in per cent."""
    success = framework.track_record.success.get(outcome)
    return None if success is None else Forecast(risk / 100, 1 - success)


def brier(forecasts: Sequence[Forecast]) -> float:
    """The mean squared distance of risk and outcome (Brier 1950)."""
    return fsum((forecast.risk - forecast.failed) ** 2 for forecast in forecasts) / len(forecasts)


def calibrate(forecasts: Iterable[Forecast], framework: Framework) -> Calibration | None:
    """How well the stated risks came true; None without a single outcome."""
    ordered = sorted(forecasts)
    if not ordered:
        return None
    rate = fsum(forecast.failed for forecast in ordered) / len(ordered)
    reference = brier([forecast._replace(risk=rate) for forecast in ordered])
    groups = [[forecast for forecast in ordered if _bin(forecast.risk) == index] for index in range(BINS)]
    bins = tuple(_summary(index, group, framework) for index, group in enumerate(groups) if group)
    return Calibration(len(ordered), brier(ordered), reference, bins)


def _bin(risk: float) -> int:
    return min(BINS - 1, int(risk * BINS))


def _summary(index: int, group: Sequence[Forecast], framework: Framework) -> Bin:
    failed, number = fsum(forecast.failed for forecast in group), len(group)
    centre, half = wilson(failed, number, framework.interval)
    return Bin(
        low=index / BINS,
        high=(index + 1) / BINS,
        number=number,
        predicted=fsum(forecast.risk for forecast in group) / number,
        observed=failed / number,
        least=max(0.0, centre - half),
        most=min(1.0, centre + half),
    )
