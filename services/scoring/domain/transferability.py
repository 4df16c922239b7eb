"""Transferability T: how well a solution would go in one city, 0–100 (framework, *Transferability*).

A *unit* is something that must be in place; ``unit_fit`` is how much of it the city has. Each of four
dimensions mixes the fit of its units with the likeness to the most similar city where it worked; T is their
weighted mean mixed with the weakest. Fits and dimensions lie in [0, 1]; bounds take what is missing as 0
and as 1.
"""

from collections.abc import Mapping, Sequence
from math import fsum
from typing import NamedTuple

from services.scoring.domain.case import Case
from services.scoring.domain.city_similarity import NOT_COMPARABLE
from services.scoring.domain.framework import Framework, Transfer
from shared.facts import CityProfile, Rating, Unit

PROCESS = Unit(
    id="existing_process",
    name="An existing process to attach to",
    kind="capability",
    dimension="organisation",
    critical=True,
)
"""Asked of every city, whatever the solution says (framework, *Indicators*)."""
DIMENSIONS: tuple[Transfer, ...] = ("organisation", "resources", "economy", "citizens")
NOWHERE = (None, NOT_COMPARABLE)


class UnitFit(NamedTuple):
    """One unit in one city: ``fit`` in [0, 1], None when not known."""

    unit: Unit
    fit: float | None
    rating: Rating | None = None


class Bounded(NamedTuple):
    """A point in [0, 1] between what the data allow at least and at most; ``known`` of ``asked`` inputs."""

    point: float
    low: float
    high: float
    known: int
    asked: int


def needed(units: Sequence[Unit]) -> tuple[Unit, ...]:
    """The units of a solution in order of id, with the one that is always asked."""
    given = sorted(units, key=lambda unit: unit.id)
    return tuple(given) if any(unit.id == PROCESS.id for unit in given) else (*given, PROCESS)


def unit_fit(unit: Unit, city: CityProfile) -> UnitFit:
    """min(1, have / need), or a person's rating −2…+2 as (r + 2) / 4, which goes before it."""
    rating = city.ratings.get(unit.id)
    if rating is not None:
        return UnitFit(unit, (rating.value + 2) / 4, rating)
    have = city.have.get(unit.id)
    if have is None and unit.id == PROCESS.id and city.indicators.existing_process is not None:
        have = float(city.indicators.existing_process)
    return UnitFit(unit, None if have is None else min(1.0, have / unit.need))


def fits(units: Sequence[Unit], city: CityProfile) -> tuple[UnitFit, ...]:
    """Every needed unit in that city."""
    return tuple(unit_fit(unit, city) for unit in needed(units))


def fit(fits: Sequence[UnitFit], dimension: Transfer, framework: Framework) -> Bounded:
    """The weighted mean of the units of a dimension, critical ones three times.

    Source: framework, *Transferability*. An unknown unit counts as .30, and as 0 and 1 in the bounds; so
    does a dimension for which no unit is named.
    """
    settings, missing = framework.transferability, framework.missing.value
    units = [entry for entry in fits if entry.unit.dimension == dimension]
    if not units:
        return Bounded(missing, 0.0, 1.0, 0, 0)
    weights = [settings.critical if entry.unit.critical else settings.supporting for entry in units]

    def mean(unknown: float) -> float:
        parts = (unknown if entry.fit is None else entry.fit for entry in units)
        return fsum(weight * part for weight, part in zip(weights, parts, strict=True)) / fsum(weights)

    number_known = sum(entry.fit is not None for entry in units)
    return Bounded(mean(missing), mean(0.0), mean(1.0), number_known, len(units))


def lacking(fits: Sequence[UnitFit], least: float) -> tuple[UnitFit, ...]:
    """The critical units known to be below the threshold; an unknown one is no lack, it is asked for."""
    return tuple(
        entry for entry in fits if entry.unit.critical and entry.fit is not None and entry.fit < least
    )


Fits = Mapping[Transfer, Bounded]


class Transferability(NamedTuple):
    """T with its data bounds, all 0–100, and the dimension that limits it."""

    value: float
    low: float
    high: float
    weakest: Transfer


def dimension(case: Case, fits: tuple[UnitFit, ...], name: Transfer, framework: Framework) -> Bounded:
    """t = .6 · fit + .4 · likeness to the most similar city where it worked, each with its data bounds."""
    settings = framework.transferability
    units, (_, near) = fit(fits, name, framework), case.nearness.get(name, NOWHERE)
    alike = framework.missing.value if near.value is None else near.value
    return Bounded(
        point=settings.fit * units.point + settings.similarity * alike,
        low=settings.fit * units.low + settings.similarity * near.low,
        high=settings.fit * units.high + settings.similarity * near.high,
        known=units.known + near.known,
        asked=units.asked + near.asked,
    )


def dimensions(case: Case, fits: tuple[UnitFit, ...], framework: Framework) -> dict[Transfer, Bounded]:
    """The four dimensions of a case that has a city."""
    return {name: dimension(case, fits, name, framework) for name in DIMENSIONS}


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
