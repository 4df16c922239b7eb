"""The pre-tender warning: a city plans or tenders what failed in a city like it (features N4, N5)."""

from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple

from services.scoring.domain.codes.cpv_tree import CpvTree, common_topics
from services.scoring.domain.facts import Dossier, KnownFact, of_use
from services.scoring.domain.framework import Framework
from services.scoring.domain.nearest_cities import nearest
from shared.events import Brief, Peer, WarningRaised
from shared.facts import Cause, CityProfile, Need, Stage

ALIKE: Final = 0.6
AHEAD: Final = frozenset({Stage.EARLY, Stage.ANNOUNCED, Stage.OPEN})
"""Stages in which a city can still act: planned, announced, or out to tender."""


class Nearest(NamedTuple):
    """The most similar city where it failed, and the most similar one where it worked, if any did."""

    failed: Peer
    worked: Peer | None


def ahead(need: KnownFact[Need]) -> bool:
    """Whether the need's own city can still act on it, and may be told."""
    return of_use(need) and need.fact.stage in AHEAD


def resembles_failure(
    need: KnownFact[Need], dossier: Dossier, city: CityProfile, tree: CpvTree, framework: Framework
) -> Nearest | None:
    """The failure that the need resembles: the same topic, elsewhere, in a city at least .6 alike.

    Nothing where the solution is the city's own, withdrawn, embargoed or unconfirmed, where too little is
    known to compare the two cities, or where the city is not clearly more like it than like one in which it
    worked.
    """
    solution = dossier.solution
    if not (ahead(need) and solution.counts) or solution.fact.city == need.fact.city:
        return None
    if not common_topics(tree, need.fact.topics, solution.fact.topics):
        return None
    failed, worked = nearest(city, dossier.attempts, dossier.peers, framework)
    if failed is None or failed.similarity is None or failed.similarity < ALIKE:
        return None
    if worked is not None and worked.similarity is not None and not failed.clearly_nearer:
        return None
    return Nearest(failed, worked)


def pre_tender_warning(
    need: KnownFact[Need],
    dossier: Dossier,
    city: CityProfile,
    tree: CpvTree,
    framework: Framework,
    raised: datetime,
    told: Collection[str] = (),
) -> WarningRaised | None:
    """The warning, once per ``ocid`` (or need) and solution: ``told`` are the identities of those before."""
    resembled = resembles_failure(need, dossier, city, tree, framework)
    if resembled is None:
        return None
    warning = WarningRaised(
        city=city.id,
        city_name=city.name,
        need=need.fact,
        brief=_brief(dossier),
        failed_in=resembled.failed,
        worked_in=resembled.worked,
        cause=_cause(dossier, resembled.failed.city),
        raised=raised,
    )
    return None if warning.identity in told else warning


def _cause(dossier: Dossier, city: str) -> Cause | None:
    """Why it failed there, if that city said."""
    records = (attempt.failure for attempt in dossier.attempts if attempt.city == city)
    return next((record.cause for record in records if record is not None), None)


def _brief(dossier: Dossier) -> Brief:
    solution = dossier.solution.fact.offered_on(dossier.as_of.date())
    return Brief(
        solution=solution,
        city_name=dossier.name_of(solution.city),
        implementations=dossier.attempts,
        city_names={attempt.city: dossier.name_of(attempt.city) for attempt in dossier.attempts},
    )
