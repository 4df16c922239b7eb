"""The priors of service areas, each fitted to the area's own ended implementations and frozen on a day.

A service area is a division of the CPV. A prior is a fact like others: once frozen it stays as it was, a
score names the one it was made with, and no other solution moves a score between two days of freezing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import fsum

from services.scoring.domain.facts import Dossier
from services.scoring.domain.framework import Prior, TrackRecordSettings
from services.scoring.domain.track_record import ENDED
from shared.events import AreaPrior
from shared.facts import Topic

AreaPriors = Mapping[str, AreaPrior]
Successes = Mapping[str, Sequence[float]]
"""What the ended attempts at each solution counted as, in [0, 1]."""


def area_of(topics: Iterable[Topic]) -> str | None:
    """The CPV division that most of the topics lie in, the first by number among equals, as a topic itself.

    One area for each solution, so that no attempt counts twice; None where no topic is a CPV code.
    """
    codes = {topic.id.strip() for topic in topics if topic.scheme == "CPV"}
    divisions = Counter(code[:2] for code in codes if code[:2].isdecimal() and len(code) > 1)
    first = min(divisions, key=lambda division: (-divisions[division], division), default=None)
    return None if first is None else f"CPV:{first}000000"


def successes(dossier: Dossier, day: date, settings: TrackRecordSettings) -> list[float]:
    """What the attempts at a solution that had ended by that day count as; one without a date, once told."""
    return [
        settings.success[attempt.fact.outcome]
        for attempt in dossier.reported
        if attempt.counts
        and attempt.fact.outcome in ENDED
        and (attempt.fact.ended or attempt.recorded.date()) <= day
    ]


def refit(
    ended: Mapping[str, Successes], before: AreaPriors, day: date, settings: TrackRecordSettings
) -> dict[str, AreaPrior]:
    """The prior of each area as of a day, from what has ``ended`` in it.

    An area has one once 30 implementations have ended there (framework, *Track record*); where that is no
    longer so, it stands at the general prior again. One that has not moved keeps its day.
    """
    priors: dict[str, AreaPrior] = {}
    for area in sorted(ended.keys() | before.keys()):
        groups = ended.get(area, {})
        number = sum(map(len, groups.values()))
        if number >= settings.fit_from:
            priors[area] = _unless_same(before.get(area), _frozen(area, day, number, fit(groups, settings)))
        elif area in before:
            priors[area] = _unless_same(before[area], _frozen(area, day, number, settings.prior))
    return priors


def _frozen(area: str, day: date, ended: int, prior: Prior) -> AreaPrior:
    return AreaPrior(area=area, day=day, ended=ended, alpha=prior.alpha, beta=prior.beta)


def _unless_same(before: AreaPrior | None, new: AreaPrior) -> AreaPrior:
    same = before is not None and (before.alpha, before.beta) == (new.alpha, new.beta)
    return before if same and before is not None else new


def in_force(frozen: Iterable[AreaPrior], before: date | None = None) -> dict[str, AreaPrior]:
    """The newest prior of each area, or the newest of those frozen before a day."""
    days = sorted(frozen, key=lambda prior: prior.day)
    return {prior.area: prior for prior in days if before is None or prior.day < before}


def fit(groups: Successes, settings: TrackRecordSettings) -> Prior:
    """Beta prior by the method of moments for unequal groups (Kleinman 1973), a group being a solution.

    The strength (α + β) is kept between the bounds of the settings; where every solution was tried once, it
    cannot be seen in the data and stays that of the general prior. A rate of 0 or 1 is kept off the edge by
    one general prior's worth of projects.
    """
    tried = [groups[name] for name in sorted(groups) if groups[name]]
    number = sum(map(len, tried))
    own = settings.prior
    worth = own.alpha + own.beta
    mean = (fsum(fsum(group) for group in tried) + own.alpha) / (number + worth)
    strength = _strength(tried, mean, settings)
    return Prior(alpha=mean * strength, beta=(1 - mean) * strength)


def _strength(groups: Sequence[Sequence[float]], mean: float, settings: TrackRecordSettings) -> float:
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
