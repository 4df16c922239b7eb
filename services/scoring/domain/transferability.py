"""T itself: four dimensions, and the weakest once more."""

from collections.abc import Mapping
from math import fsum
from typing import NamedTuple

from services.scoring.domain.case import Case
from services.scoring.domain.city_similarity import NOT_COMPARABLE
from services.scoring.domain.framework import Framework, Transfer
from services.scoring.domain.units import Bounded, UnitFit, fit

DIMENSIONS: tuple[Transfer, ...] = ("organisation", "resources", "economy", "citizens")
Fits = Mapping[Transfer, Bounded]
NOWHERE = (None, NOT_COMPARABLE)


class Transferability(NamedTuple):
    """T with its data bounds, all 0–100, and the dimension that limits it."""

    value: float
    low: float
    high: float
    weakest: Transfer


def dimension(case: Case, found: tuple[UnitFit, ...], name: Transfer, framework: Framework) -> Bounded:
    """t = .6 · fit + .4 · likeness to the most similar city where it worked, each with its data bounds."""
    settings = framework.transferability
    units, (_, near) = fit(found, name, framework), case.nearness.get(name, NOWHERE)
    alike = framework.missing.value if near.value is None else near.value
    return Bounded(
        point=settings.fit * units.point + settings.similarity * alike,
        low=settings.fit * units.low + settings.similarity * near.low,
        high=settings.fit * units.high + settings.similarity * near.high,
        known=units.known + near.known,
        asked=units.asked + near.asked,
    )


def dimensions(case: Case, found: tuple[UnitFit, ...], framework: Framework) -> dict[Transfer, Bounded]:
    """The four dimensions of a case that has a city."""
    return {name: dimension(case, found, name, framework) for name in DIMENSIONS}


def transferability(parts: Fits, framework: Framework) -> Transferability:
    """T = 100 · (.6 · Σ w·t + .4 · min t); the bounds take what is missing as 0 and as 1."""
    weakest = min(DIMENSIONS, key=lambda name: parts[name].point)
    return Transferability(
        value=_total({name: part.point for name, part in parts.items()}, framework),
        low=_total({name: part.low for name, part in parts.items()}, framework),
        high=_total({name: part.high for name, part in parts.items()}, framework),
        weakest=weakest,
    )


def _total(t: Mapping[Transfer, float], framework: Framework) -> float:
    settings = framework.transferability
    mean = fsum(settings.weights[name] * t[name] for name in DIMENSIONS)
    return 100 * (settings.mean * mean + settings.weakest * min(t.values()))


def points(parts: Fits, weakest: Transfer, framework: Framework) -> dict[Transfer, tuple[float, float]]:
    """What each dimension adds, of how many points; the weakest carries the share of the weakest too."""
    settings = framework.transferability
    full = {
        name: 100 * (settings.mean * settings.weights[name] + settings.weakest * (name == weakest))
        for name in DIMENSIONS
    }
    return {name: (full[name] * parts[name].point, full[name]) for name in DIMENSIONS}
