"""Cities like mine, with the three best reasons (features A7)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from services.scoring.domain.city_similarity import (
    CitySimilarity,
    all_indicators,
    comparable,
    likeness,
    reasons,
)
from services.scoring.domain.framework import Framework
from services.scoring.domain.rule_results import MessageReference
from shared.facts import CityProfile


@dataclass(frozen=True, slots=True)
class PeerCity:
    """Another city, how alike it is and in what; a value is always known here."""

    city: CityProfile
    likeness: CitySimilarity
    similarity: float
    reasons: tuple[MessageReference, ...] = ()


def peers(
    city: CityProfile, others: Iterable[CityProfile], framework: Framework, *, most: int = 10
) -> tuple[PeerCity, ...]:
    """The most similar other cities, best first; those that share too few known indicators are left out.

    Of two equally alike the better known pair comes first, then the id decides.
    """
    indicators = all_indicators(framework.transferability)
    found = [
        PeerCity(other, alike, alike.value)
        for other in others
        if other.id != city.id
        and (alike := likeness(city, other, indicators)).value is not None
        and comparable(alike, framework)
    ]
    found.sort(key=lambda peer: (-peer.similarity, -peer.likeness.known, peer.city.id))
    return tuple(replace(each, reasons=reasons(city, each.city, indicators)) for each in found[:most])
