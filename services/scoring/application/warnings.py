"""Warnings, introductions and watches: each said once, whichever of its facts came last."""

from collections.abc import Iterable, Sequence
from itertools import islice

from services.scoring.application.context import MOST_ALIKE, Causation, ScoringContext
from services.scoring.application.idempotency import publish_once
from services.scoring.application.match_notifications import brief, own_words
from services.scoring.domain.alerts import (
    AHEAD,
    ahead,
    fired,
    introductions,
    is_read,
    letter_key,
    pre_tender_warning,
    process,
    spoken_for,
)
from services.scoring.domain.codes.cpv_tree import related_tags
from services.scoring.domain.facts import Dossier, KnownFact
from services.scoring.domain.track_record import FAILED
from shared.events import PartnersFound, WarningRaised, WatchFired
from shared.facts import CityProfile, Need

MOST_FAILURES = 200


async def warn_of_failures(
    context: ScoringContext, need: KnownFact[Need], city: CityProfile, cause: Causation
) -> list[WarningRaised]:
    """Warn a city that plans or tenders what failed elsewhere."""
    dossiers: list[Dossier] = []
    wanted = related_tags(context.analyzer.tree, need.fact.topics)
    if wanted and ahead(need) and not spoken_for(need.fact, await own_words(context, [need.fact])):
        failures = await context.store.scores.tagged(wanted, MOST_FAILURES, failed=True)
        dossiers = await context.store.dossiers(score.solution for score in failures)
    return await _warn(context, [(need, city, dossier) for dossier in dossiers], cause)


async def warn_cities(context: ScoringContext, dossier: Dossier, cause: Causation) -> list[WarningRaised]:
    """The other way round: something failed, and cities are about to do the like."""
    solution = dossier.solution.fact
    wanted = related_tags(context.analyzer.tree, solution.topics)
    pairs: list[tuple[KnownFact[Need], CityProfile, Dossier]] = []
    if wanted and _has_failed(dossier):
        needs = await _about(context, wanted)
        cities = await context.store.profiles({need.fact.city for need in needs})
        pairs = [(need, cities[need.fact.city].fact, dossier) for need in needs if need.fact.city in cities]
    return await _warn(context, pairs, cause)


async def _warn(
    context: ScoringContext, pairs: Iterable[tuple[KnownFact[Need], CityProfile, Dossier]], cause: Causation
) -> list[WarningRaised]:
    warnings: dict[str, WarningRaised] = {}
    for need, city, dossier in pairs:
        raised = max(need.recorded, dossier.as_of)
        warning = pre_tender_warning(need, dossier, city, context.analyzer.tree, context.framework, raised)
        if warning is not None:
            # A warning is about the whole process: its lots share one.
            warnings.setdefault(f"{process(need.fact) or need.fact.id}|{warning.subject}", warning)
    return await publish_once(context, WarningRaised, warnings, cause)


async def introduce(
    context: ScoringContext, need: KnownFact[Need], city: CityProfile, cause: Causation
) -> list[PartnersFound]:
    """Introduce cities that have the same need while both can still act, the most alike first."""
    pairs = await partners_of(context, need, city)
    return await publish_once(context, PartnersFound, pairs, cause)


async def partners_of(
    context: ScoringContext, need: KnownFact[Need], city: CityProfile
) -> dict[str, PartnersFound]:
    """The introductions of a need by what they are about, the most alike city first."""
    wanted = related_tags(context.analyzer.tree, need.fact.topics)
    if not wanted or not ahead(need) or spoken_for(need.fact, await own_words(context, [need.fact])):
        return {}
    needs = {record.fact.id: record for record in await _about(context, wanted)} | {need.fact.id: need}
    cities = await context.store.profiles({record.fact.city for record in needs.values()})
    others = [
        (record, cities[record.fact.city].fact) for record in needs.values() if record.fact.city in cities
    ]
    pairs = introductions((need, city), others, context.analyzer.tree, context.framework, need.recorded)
    by_subject: dict[str, PartnersFound] = {}
    for pair in islice(pairs, context.introductions):
        sides = (letter_key(needs[side.need].fact) for side in (pair.first, pair.second))
        by_subject.setdefault("|".join(sorted(sides)), pair)
    return by_subject


async def answer_watches(context: ScoringContext, dossier: Dossier, cause: Causation) -> list[WatchFired]:
    """Tell cities that what they waited for has come about."""
    due = fired(await context.store.watches.of_solution(dossier.solution.fact.id), dossier)
    events = {
        watch.identity: WatchFired(
            city=watch.city, condition=watch.condition.value, brief=brief(dossier), fired=dossier.as_of
        )
        for watch in due
    }
    return await publish_once(context, WatchFired, events, cause)


async def _about(context: ScoringContext, wanted: Sequence[str]) -> list[KnownFact[Need]]:
    """The needs with these codes that cities can still act on, each process once."""
    needs = await context.store.needs.in_stages(AHEAD, wanted, MOST_ALIKE)
    can_act = [need for need in needs if ahead(need)]
    others = await own_words(context, [need.fact for need in can_act])
    preferred = [need for need in can_act if not spoken_for(need.fact, others)]
    return sorted(preferred, key=lambda need: (is_read(need.fact), need.fact.id))


def _has_failed(dossier: Dossier) -> bool:
    return any(attempt.outcome in FAILED for attempt in dossier.attempts)
