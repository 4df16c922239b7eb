"""Joint buying: two cities with the same need meet before either of them awards (features S2, N17).

An introduction names cities and needs, never a person: contact data follow when both have agreed.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from services.scoring.domain.alerts.pre_tender_warnings import ALIKE, ahead
from services.scoring.domain.city_similarity import all_indicators, comparable, likeness
from services.scoring.domain.codes.cpv_tree import CpvTree, common_topics
from services.scoring.domain.facts import KnownFact
from services.scoring.domain.framework import Framework
from services.scoring.domain.matching.hard_limits import seconds
from shared.events import Partner, PartnersFound
from shared.facts import CityProfile, Need, in_languages

Side = tuple[KnownFact[Need], CityProfile]


def introduction(
    first: Side,
    second: Side,
    tree: CpvTree,
    framework: Framework,
    moment: datetime,
    told: Collection[str] = (),
) -> PartnersFound | None:
    """Introduce two cities, or not: the same topic, both can still act, at least .6 alike, not told before.

    The same pair gives the same introduction from either side.
    """
    (need, city), (other, elsewhere) = sorted((first, second), key=lambda side: side[0].fact.id)
    if need.fact.city == other.fact.city or not (_open(need, moment) and _open(other, moment)):
        return None
    topics = common_topics(tree, need.fact.topics, other.fact.topics)
    alike = likeness(city, elsewhere, all_indicators(framework.transferability))
    similarity = alike.value
    if not topics or similarity is None or similarity < ALIKE or not comparable(alike, framework):
        return None
    pair = PartnersFound(
        first=_partner(need.fact, city),
        second=_partner(other.fact, elsewhere),
        similarity=similarity,
        known=alike.known,
        asked=alike.asked,
        topics=topics,
        found=moment,
    )
    return None if pair.identity in told else pair


def introductions(
    side: Side,
    others: Iterable[Side],
    tree: CpvTree,
    framework: Framework,
    moment: datetime,
    told: Collection[str] = (),
) -> Iterator[PartnersFound]:
    """All new introductions of one need, the most alike city first."""
    pairs = (introduction(side, other, tree, framework, moment, told) for other in others)
    yield from sorted(
        (pair for pair in pairs if pair is not None), key=lambda pair: (-pair.similarity, pair.identity)
    )


def _open(need: KnownFact[Need], moment: datetime) -> bool:
    """Whether other cities may hear of it, which a notice that its city has not confirmed is not for."""
    deadline = need.fact.deadline
    return need.counts and ahead(need) and (deadline is None or seconds(deadline) >= seconds(moment))


def _partner(need: Need, city: CityProfile) -> Partner:
    return Partner(
        city=city.id,
        city_name=city.name,
        need=need.id,
        need_title=need.title,
        need_language=need.language,
        need_titles=in_languages(need.title, need.translations),
        stage=need.stage,
        deadline=need.deadline,
    )
