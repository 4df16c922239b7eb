"""How alike two cities are: Gower's similarity with fixed ranges, and the three best reasons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum, log, sqrt

from services.scoring.domain.framework import Framework, IndicatorSettings, TransferabilitySettings
from services.scoring.domain.rule_results import MessageReference, clip
from shared.facts import CityProfile

Feature = float | bool | str
MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class CitySimilarity:
    """Similarity in [0, 1] over the ``known`` of ``asked`` indicators; ``value`` is None when none is known.

    ``low`` and ``high`` take every unknown indicator as quite unlike and quite alike.
    """

    value: float | None
    low: float
    high: float
    known: int
    asked: int


NOT_COMPARABLE = CitySimilarity(None, 0.0, 1.0, 0, 0)


def closest(
    cities: Iterable[tuple[str, CitySimilarity]], missing: float
) -> tuple[str | None, CitySimilarity]:
    """The most alike of several cities, with the bounds of the best likeness to any of them.

    A likeness that is not known counts as ``missing``, and then no city is named. Among equals the known one
    comes first, then the name. A city may come several times, as it was at several times.
    """
    ordered = sorted(cities, key=lambda pair: (pair[0], -pair[1].known, pair[1].asked))
    if not ordered:
        return None, NOT_COMPARABLE
    name, best = min(ordered, key=lambda pair: standing(pair[1].value, missing))
    low, high = (
        max(similarity.low for _, similarity in ordered),
        max(similarity.high for _, similarity in ordered),
    )
    return None if best.value is None else name, replace(best, low=low, high=high)


def standing(value: float | None, missing: float) -> tuple[float, bool]:
    """What to sort likenesses by, the best first: one that is not known counts as ``missing``."""
    return -(missing if value is None else value), value is None


def features(city: CityProfile) -> dict[str, Feature]:
    """What the city says about itself; population and language may stand in the profile itself."""
    indicators = {name: value for name, value in vars(city.indicators).items() if value is not None}
    if city.population is not None:
        indicators.setdefault("population", city.population)
    if city.languages:
        indicators.setdefault("language", city.languages[0])
    return indicators


def alike(indicator: IndicatorSettings, first: Feature, second: Feature) -> float:
    """Similarity on one indicator that both sides know, in [0, 1] (Gower 1971)."""
    if indicator.kind == "category":
        return float(_language(str(first)) == _language(str(second)))
    if indicator.kind == "flag":
        return float(bool(first) == bool(second))
    return clip(1 - _distance(indicator, float(first), float(second)))


def _distance(indicator: IndicatorSettings, first: float, second: float) -> float:
    assert indicator.range is not None
    if indicator.kind == "linear":
        return abs(first - second) / indicator.range
    least = indicator.floor or 0.0
    return abs(log(max(first, least) / max(second, least))) / log(indicator.range)


def _language(tag: str) -> str:
    return tag.split("-", maxsplit=1)[0].lower()


def likeness(
    first: CityProfile, second: CityProfile, indicators: Mapping[str, IndicatorSettings]
) -> CitySimilarity:
    """Gower's similarity of two cities: the mean over the indicators that both of them know."""
    parts, asked = _parts(first, second, indicators), len(indicators)
    if not parts:
        return CitySimilarity(None, 0.0, 1.0, 0, asked)
    total, unknown = fsum(parts.values()), asked - len(parts)
    return CitySimilarity(total / len(parts), total / asked, (total + unknown) / asked, len(parts), asked)


def comparable(similarity: CitySimilarity, framework: Framework) -> bool:
    """Whether both cities know enough of the same indicators for their likeness to be published."""
    return similarity.value is not None and similarity.known >= framework.likeness.least_known


def nearer(city: CityProfile, first: CityProfile, second: CityProfile, framework: Framework) -> bool:
    """Whether ``city`` is more like ``first`` than like ``second``, by a difference that means something.

    Compared are only the indicators that all three know, at least ``likeness.least_known`` of them. The mean
    of the paired differences must reach ``likeness.difference`` and lie more standard errors above zero than
    the framework's ``interval``; the error of a mean of n of N indicators has the finite population
    correction (Cochran 1977, 2.6), so that where all are known nothing is left to chance. Version 1 compared
    any two likenesses.
    """
    settings, indicators = framework.likeness, all_indicators(framework.transferability)
    if not settings.difference:
        return _more_like(likeness(city, first, indicators), likeness(city, second, indicators))
    first_parts, second_parts = _parts(city, first, indicators), _parts(city, second, indicators)
    differences = [first_parts[name] - second_parts[name] for name in first_parts if name in second_parts]
    number = len(differences)
    if number < settings.least_known:
        return False
    mean = fsum(differences) / number
    error = _error_of_mean(differences, mean, len(indicators))
    return mean >= settings.difference and mean > framework.interval * error


def _more_like(first: CitySimilarity, second: CitySimilarity) -> bool:
    return first.value is not None and second.value is not None and first.value > second.value


def _error_of_mean(values: Sequence[float], mean: float, of: int) -> float:
    """The standard error of the mean of a sample of ``of`` values; of one value alone it is not known."""
    number = len(values)
    if number == of:
        return 0.0
    if number == 1:
        return float("inf")
    variance = fsum((value - mean) ** 2 for value in values) / (number - 1)
    return sqrt(variance / number * (1 - number / of))


def _parts(
    first: CityProfile, second: CityProfile, indicators: Mapping[str, IndicatorSettings]
) -> dict[str, float]:
    """The similarity on each indicator that both cities know."""
    here, there = features(first), features(second)
    return {
        name: alike(indicator, here[name], there[name])
        for name, indicator in indicators.items()
        if name in here and name in there
    }


def reasons(
    first: CityProfile, second: CityProfile, indicators: Mapping[str, IndicatorSettings]
) -> tuple[MessageReference, ...]:
    """In what two cities are most alike: up to three indicators, by name among equals."""
    parts, here, there = _parts(first, second, indicators), features(first), features(second)
    best = sorted((name for name in parts if parts[name] > 0.5), key=lambda name: (-parts[name], name))
    return tuple(
        MessageReference(
            "alike", {"indicator": name, "here": _shown(here[name]), "there": _shown(there[name])}
        )
        for name in best[:MOST_REASONS]
    )


def _shown(value: float | str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{value:g}" if abs(value) < 1e5 else f"{value:.0f}"


def all_indicators(settings: TransferabilitySettings) -> dict[str, IndicatorSettings]:
    """The indicators of all four dimensions."""
    return {name: indicator for group in settings.indicators.values() for name, indicator in group.items()}
