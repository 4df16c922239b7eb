"""Why a match is one: the codes and words both sides share, made for the first twenty only."""

import asyncio
from collections.abc import Sequence

from services.scoring.application.context import ScoringContext
from services.scoring.domain.alerts import LastNotification
from services.scoring.domain.facts import of_use
from services.scoring.domain.matching.match_reasons import reasons
from services.scoring.domain.matching.vocabulary import of_need, of_solution
from services.scoring.http.response_models import MatchView, Reason
from shared.facts import Need, Solution

EXPLAINED = 20
MOST_REASONS = 10
MOST = 500


async def explained(
    context: ScoringContext, told: Sequence[LastNotification], city: str | None
) -> list[MatchView]:
    """The matches that may still be seen, best first; the first twenty with their reasons.

    ``city`` is who asks: of its own needs it also sees those that wait for its word.
    """
    solutions = await context.store.solutions.many({one.solution for one in told})
    needs = await context.store.needs.many({one.need for one in told})
    shown = [
        one
        for one in told
        if one.solution in solutions
        and solutions[one.solution].counts
        and one.need in needs
        and (needs[one.need].counts or (one.city == city and of_use(needs[one.need])))
    ][:MOST]
    views: list[MatchView] = []
    for place, one in enumerate(shown):
        why: tuple[Reason, ...] = ()
        if place < EXPLAINED:
            pair = needs[one.need].fact, solutions[one.solution].fact
            why = await asyncio.to_thread(_reasons, context, *pair)
        views.append(_view(one, why))
    return views


def _reasons(context: ScoringContext, need: Need, solution: Solution) -> tuple[Reason, ...]:
    shared = reasons(context.analyzer.vocabulary, of_need(need), of_solution(solution))[:MOST_REASONS]
    return tuple(Reason(kind=reason.kind, name=reason.name, points=reason.points) for reason in shared)


def _view(told: LastNotification, why: tuple[Reason, ...]) -> MatchView:
    return MatchView(
        solution=told.solution,
        need=told.need,
        city=told.city,
        fit=told.fit,
        relevance=told.relevance,
        band=told.assessment.band,
        risk=told.assessment.risk.value,
        occasion=told.occasion,
        reasons=why,
    )
