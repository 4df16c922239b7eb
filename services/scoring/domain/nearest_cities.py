"""The nearest failure: the city that one resembles where it failed, and the one where it worked."""

from collections.abc import Collection, Iterable, Mapping

from services.scoring.domain.city_similarity import (
    NOT_COMPARABLE,
    all_indicators,
    comparable,
    likeness,
    nearer,
    reasons,
    standing,
)
from services.scoring.domain.framework import Framework
from services.scoring.domain.message_catalogue import say
from services.scoring.domain.rule_results import MessageReference
from services.scoring.domain.track_record import FAILED, WORKED
from shared.events import Peer
from shared.facts import CityProfile, Implementation, Outcome


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
    elsewhere = [each for each in implementations if each.city != city.id]
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
    found = [_peer(city, each, peers, framework) for each in implementations if each.outcome in outcomes]
    missing = framework.missing.value
    best = min(
        found,
        key=lambda peer: (*standing(peer.similarity, missing), peer.city, peer.outcome),
        default=None,
    )
    if best is None or best.similarity is None:
        return best
    why = reasons(city, peers[best.city], all_indicators(framework.transferability))
    return best.model_copy(update={"reasons": tuple(say(each.message, each.parameters) for each in why)})


def _peer(
    city: CityProfile, tried: Implementation, peers: Mapping[str, CityProfile], framework: Framework
) -> Peer:
    other = peers.get(tried.city)
    found = likeness(city, other, all_indicators(framework.transferability)) if other else NOT_COMPARABLE
    return Peer(
        city=tried.city,
        name=other.name if other else tried.city,
        outcome=tried.outcome,
        similarity=found.value if comparable(found, framework) else None,
        known=found.known if other else None,
        asked=found.asked if other else None,
    )
