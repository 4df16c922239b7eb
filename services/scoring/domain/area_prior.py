"""The prior of a service area, fitted to its own ended implementations and frozen as a dated snapshot."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from math import fsum
from typing import NamedTuple

from services.scoring.domain.settings import Prior, TrackRecord
from services.scoring.domain.track_record import ENDED
from shared.facts import Implementation


class Snapshot(NamedTuple):
    """The prior of one service area as it was on one day, from so many ended implementations."""

    area: str
    day: date
    number: int
    prior: Prior


def snapshot(
    area: str, day: date, implementations: Iterable[Implementation], settings: TrackRecord
) -> Snapshot | None:
    """Fit the area's prior once 30 implementations have ended; before that there is none."""
    successes: dict[str, list[float]] = defaultdict(list)
    for each in implementations:
        if each.outcome in ENDED:
            successes[each.solution].append(settings.success[each.outcome])
    number = sum(map(len, successes.values()))
    if number < settings.fit_from:
        return None
    return Snapshot(area, day, number, fit(successes, settings))


def fit(successes: Mapping[str, list[float]], settings: TrackRecord) -> Prior:
    """Beta prior by the method of moments for unequal groups (Kleinman 1973), a group being a solution.

    The strength (α + β) is kept between the bounds of the settings; where every solution was tried once, it
    cannot be seen in the data and stays that of the general prior. A rate of 0 or 1 is kept off the edge by
    one general prior's worth of projects.
    """
    groups = [successes[name] for name in sorted(successes)]
    number = sum(map(len, groups))
    own = settings.prior
    worth = own.alpha + own.beta
    mean = (fsum(fsum(group) for group in groups) + own.alpha) / (number + worth)
    strength = _strength(groups, mean, settings)
    return Prior(alpha=mean * strength, beta=(1 - mean) * strength)


def _strength(groups: list[list[float]], mean: float, settings: TrackRecord) -> float:
    low, high = settings.fit_strength
    number, many = sum(map(len, groups)), len(groups)
    if number == many or many < 2:
        return settings.prior.alpha + settings.prior.beta
    between = fsum(len(group) * (fsum(group) / len(group) - mean) ** 2 for group in groups)
    once = mean * (1 - mean)
    spare = number - fsum(len(group) ** 2 for group in groups) / number
    # E[between] = once · ((many − 1)(1 − ρ) + ρ · spare), with ρ = 1 / (α + β + 1).
    rho = (between / once - (many - 1)) / (spare - (many - 1))
    return min(high, max(low, 1 / rho - 1)) if rho > 0 else high
