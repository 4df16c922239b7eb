"""In each dimension of transferability, the most similar city where a solution worked."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from services.scoring.domain.city_similarity import CitySimilarity, closest, likeness
from services.scoring.domain.framework import Framework, IndicatorSettings, Transfer
from services.scoring.domain.track_record import WORKED, WeighedAttempt
from shared.facts import CityProfile

Nearness = Mapping[Transfer, tuple[str | None, CitySimilarity]]


class Worked(NamedTuple):
    """A city where it worked, as it was then; ``similarity`` in [0, 1] where that was said instead."""

    name: str
    profile: CityProfile | None = None
    similarity: float | None = None


def worked_in(attempts: Iterable[WeighedAttempt], peers: Mapping[str, CityProfile]) -> list[Worked]:
    """The cities where it succeeded or partly did."""
    cities = sorted({each.city for each in attempts if each.outcome in WORKED})
    return [Worked(peers[name].name if name in peers else name, peers.get(name)) for name in cities]


def nearness(city: CityProfile, worked: Sequence[Worked], framework: Framework) -> Nearness:
    """For each dimension, the most similar of the cities where it worked, and how alike it is."""
    return {
        dimension: closest(
            ((each.name, _alike(city, each, group)) for each in worked), framework.missing.value
        )
        for dimension, group in framework.transferability.indicators.items()
    }


def _alike(city: CityProfile, other: Worked, indicators: Mapping[str, IndicatorSettings]) -> CitySimilarity:
    if other.similarity is not None:
        return CitySimilarity(other.similarity, other.similarity, other.similarity, 1, 1)
    if other.profile is None:
        return CitySimilarity(None, 0.0, 1.0, 0, len(indicators))
    return likeness(city, other.profile, indicators)
