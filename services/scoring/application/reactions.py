"""What follows from a new fact: a score, the matches to tell, warnings, introductions, watches, circles."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from services.scoring.application.circles import open_circles
from services.scoring.application.context import Causation, ScoringContext
from services.scoring.application.match_notifications import tell_cities
from services.scoring.application.score import rescore, scored
from services.scoring.application.warnings import answer_watches, introduce, warn_cities, warn_of_failures
from services.scoring.domain.facts import Dossier, KnownFact, as_new
from services.scoring.domain.matching.hard_limits import HardLimits, standing
from services.scoring.domain.matching.vocabulary import AnalyzedText
from shared.events import Event
from shared.facts import Need, Solution

TOGETHER = 8
"""Solutions looked at side by side: enough to keep the store busy, few enough to leave others a turn."""


class New(NamedTuple):
    """A solution that was kept just now, and what was read from it."""

    solution: KnownFact[Solution]
    words: AnalyzedText


async def after_solution(
    context: ScoringContext, solution: str, cause: Causation, new: New | None = None
) -> Sequence[Event]:
    """Score a solution anew and tell what follows; a solution that may not be seen only leaves the index."""
    store = context.store
    dossier, stored = await asyncio.gather(
        store.dossier_of(new.solution) if new else store.dossier(solution), store.scores.stored([solution])
    )
    if dossier is None or dossier.solution.state == "draft":
        return ()
    score = await rescore(context, dossier, stored=stored[solution])
    if not as_new(score.facts, dossier.revisions):
        # Somebody else scored it from more: what is told must know as much as the score.
        dossier, new = await store.dossier(solution) or dossier, None
    scored_event = scored(score)
    if scored_event is None or not dossier.solution.counts:
        return ()
    fits = await _needs_for(context, dossier, new.words if new else None)
    consequences = await asyncio.gather(
        tell_cities(context, dossier, score.revision, fits, cause.name),
        warn_cities(context, dossier, cause),
        answer_watches(context, dossier, cause),
        open_circles(context, dossier, cause),
    )
    return [scored_event, *(event for events in consequences for event in events)]


async def after_need(
    context: ScoringContext, need: KnownFact[Need], cause: Causation, words: AnalyzedText | None = None
) -> list[Event]:
    """Match one need with all solutions that answer it; warn and introduce its city."""
    city = await context.store.cities.get(need.fact.city)
    if city is None or not city.counts:
        return []
    read = words or await context.analyzer.need(need.fact)
    terms = standing(need.fact, city.fact)
    answers = await context.indexes.find_solutions(read.vector, terms) if terms.open else []
    fits = {answer.solution_id: answer.fit for answer in answers if context.framework.fit.matches(answer.fit)}
    return [
        *await _tell_of_all(context, need.fact.id, fits, cause),
        *await warn_of_failures(context, need, city.fact, cause),
        *await introduce(context, need, city.fact, cause),
    ]


async def after_city(context: ScoringContext, city: str, cause: Causation) -> list[Event]:
    """A city described itself: its needs are matched anew, and what depends on it is scored anew."""
    events: list[Event] = []
    for need in await context.store.needs.of_city(city):
        events += await after_need(context, need, cause)
    for solution in await context.store.depending_on(city):
        events += await after_solution(context, solution, cause)
    # What one message claimed is looked up for each need: it is said once.
    return list({event.message_id: event for event in events}.values())


async def after_answer(
    context: ScoringContext, solution: str, city: str, cause: Causation
) -> Sequence[Event]:
    """An official named what the city lacks: what was told is judged anew, with how others closed the gap."""
    notifications = await context.store.notifications.of_solution(solution, city)
    fits = {notification.need: notification.relevance for notification in notifications}
    return await _tell_of(context, solution, fits, cause)


async def _needs_for(
    context: ScoringContext, dossier: Dossier, words: AnalyzedText | None
) -> dict[str, float]:
    solution = dossier.solution.fact
    read = words or await context.analyzer.solution(solution)
    limits = HardLimits(moment=dossier.as_of, city=solution.city, cost=solution.cost)
    hits = await context.indexes.find_needs(read.vector, limits)
    return {hit.need_id: hit.fit for hit in hits if context.framework.fit.matches(hit.fit)}


async def _tell_of_all(
    context: ScoringContext, need: str, fits: Mapping[str, float], cause: Causation
) -> Iterable[Event]:
    """Tell the city of one need about each solution, some side by side, said in order of their ids."""
    free = asyncio.Semaphore(TOGETHER)

    async def tell_one(solution: str) -> Sequence[Event]:
        async with free:
            return await _tell_of(context, solution, {need: fits[solution]}, cause)

    by_solution = await asyncio.gather(*(tell_one(solution) for solution in sorted(fits)))
    return [event for events in by_solution for event in events]


async def _tell_of(
    context: ScoringContext, solution: str, fits: Mapping[str, float], cause: Causation
) -> Sequence[Event]:
    score = await context.store.scores.get(solution)
    dossier = await context.store.dossier(solution)
    if score is None or dossier is None or not dossier.solution.counts:
        return ()
    return await tell_cities(context, dossier, score.revision, fits, cause.name)
