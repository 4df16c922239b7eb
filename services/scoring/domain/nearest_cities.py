"""Which other cities a city resembles most: where a solution worked, where it failed, and in general.

Likeness is Gower's similarity in [0, 1] (``city_similarity``). ``nearness`` gives, for each dimension of
transferability, the most similar city where a solution worked; ``nearest`` the most similar city where it
failed and the one where it worked, over all indicators; ``peers`` the most similar cities whatever they
tried.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from services.scoring.domain.city_similarity import (
    NOT_COMPARABLE,
    CitySimilarity,
    all_indicators,
    closest,
    comparable,
    likeness,
    nearer,
    reasons,
    standing,
)
from services.scoring.domain.framework import Framework, IndicatorSettings, Transfer
from services.scoring.domain.message_catalogue import say
from services.scoring.domain.rule_results import MessageReference
from services.scoring.domain.track_record import FAILED, WORKED, WeighedAttempt
from shared.events import Peer
from shared.facts import CityProfile, Implementation, Outcome

Nearness = Mapping[Transfer, tuple[str | None, CitySimilarity]]


class Worked(NamedTuple):
    """A city where it worked, as it was then; ``similarity`` in [0, 1] where that was said instead."""

    name: str
    profile: CityProfile | None = None
    similarity: float | None = None


def worked_in(attempts: Iterable[WeighedAttempt], peers: Mapping[str, CityProfile]) -> list[Worked]:
    """The cities where it succeeded or partly did."""
    cities = sorted({attempt.city for attempt in attempts if attempt.outcome in WORKED})
    return [Worked(peers[name].name if name in peers else name, peers.get(name)) for name in cities]


def nearness(city: CityProfile, worked: Sequence[Worked], framework: Framework) -> Nearness:
    """For each dimension, the most similar of the cities where it worked, and how alike it is."""
    return {
        dimension: closest(
            ((candidate.name, _alike(city, candidate, group)) for candidate in worked),
            framework.missing.value,
        )
        for dimension, group in framework.transferability.indicators.items()
    }


def _alike(city: CityProfile, other: Worked, indicators: Mapping[str, IndicatorSettings]) -> CitySimilarity:
    if other.similarity is not None:
        return CitySimilarity(other.similarity, other.similarity, other.similarity, 1, 1)
    if other.profile is None:
        return CitySimilarity(None, 0.0, 1.0, 0, len(indicators))
    return likeness(city, other.profile, indicators)


def nearest(
    city: CityProfile,
    implementations: Iterable[Implementation],
    peers: Mapping[str, CityProfile],
    framework: Framework,
) -> tuple[Peer | None, Peer | None]:
    """The most similar other city where it failed, and the most similar one where it worked, even in part.

    A city that cannot be compared, or on too few indicators, has no similarity and counts as one that misses.
    The city itself is nobody's peer. The failure says whether it is clearly nearer than the success.
    """
    elsewhere = [attempt for attempt in implementations if attempt.city != city.id]
    failed = _nearest(city, elsewhere, FAILED, peers, framework)
    worked = _nearest(city, elsewhere, WORKED, peers, framework)
    if failed is None or worked is None:
        return failed, worked
    both = failed.city in peers and worked.city in peers
    clear = both and nearer(city, peers[failed.city], peers[worked.city], framework)
    return failed.model_copy(update={"clearly_nearer": clear}), worked


def warns(failed: Peer | None, worked: Peer | None) -> bool:
    """Whether a city resembles a failure more than any success (framework, *Nearest failure*).

    Where it is not known to have worked anywhere, any likeness to a failure is more than none. Where it
    worked in a city that cannot be compared, nothing is claimed.
    """
    if failed is None or failed.similarity is None:
        return False
    if worked is None:
        return failed.similarity > 0
    return worked.similarity is not None and bool(failed.clearly_nearer)


def warning(failed: Peer | None, worked: Peer | None) -> MessageReference | None:
    """The sentence of the warning, where there is one."""
    if failed is None or not warns(failed, worked):
        return None
    if worked is None:
        return MessageReference("only_failure", {"failed": failed.name})
    return MessageReference("nearest_failure", {"failed": failed.name, "worked": worked.name})


def _nearest(
    city: CityProfile,
    implementations: Iterable[Implementation],
    outcomes: Collection[Outcome],
    peers: Mapping[str, CityProfile],
    framework: Framework,
) -> Peer | None:
    candidates = [
        _peer(city, attempt, peers, framework) for attempt in implementations if attempt.outcome in outcomes
    ]
    missing = framework.missing.value
    best = min(
        candidates,
        key=lambda peer: (*standing(peer.similarity, missing), peer.city, peer.outcome),
        default=None,
    )
    if best is None or best.similarity is None:
        return best
    why = reasons(city, peers[best.city], all_indicators(framework.transferability))
    return best.model_copy(
        update={"reasons": tuple(say(attempt.message, attempt.parameters) for attempt in why)}
    )


def _peer(
    city: CityProfile, tried: Implementation, peers: Mapping[str, CityProfile], framework: Framework
) -> Peer:
    other = peers.get(tried.city)
    similarity = likeness(city, other, all_indicators(framework.transferability)) if other else NOT_COMPARABLE
    return Peer(
        city=tried.city,
        name=other.name if other else tried.city,
        outcome=tried.outcome,
        similarity=similarity.value if comparable(similarity, framework) else None,
        known=similarity.known if other else None,
        asked=similarity.asked if other else None,
    )


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
    candidates = [
        PeerCity(other, alike, alike.value)
        for other in others
        if other.id != city.id
        and (alike := likeness(city, other, indicators)).value is not None
        and comparable(alike, framework)
    ]
    candidates.sort(key=lambda peer: (-peer.similarity, -peer.likeness.known, peer.city.id))
    return tuple(
        replace(candidate, reasons=reasons(city, candidate.city, indicators))
        for candidate in candidates[:most]
    )
