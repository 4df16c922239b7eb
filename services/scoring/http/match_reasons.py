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
    context: ScoringContext, notifications: Sequence[LastNotification], city: str | None
) -> list[MatchView]:
    """The matches that may still be seen, best first; the first twenty with their reasons.

    ``city`` is who asks: of its own needs it also sees those that wait for its word.
    """
    solutions = await context.store.solutions.many({notification.solution for notification in notifications})
    needs = await context.store.needs.many({notification.need for notification in notifications})
    shown = [
        notification
        for notification in notifications
        if notification.solution in solutions
        and solutions[notification.solution].counts
        and notification.need in needs
        and (
            needs[notification.need].counts
            or (notification.city == city and of_use(needs[notification.need]))
        )
    ][:MOST]
    views: list[MatchView] = []
    for place, notification in enumerate(shown):
        why: tuple[Reason, ...] = ()
        if place < EXPLAINED:
            pair = needs[notification.need].fact, solutions[notification.solution].fact
            why = await asyncio.to_thread(_reasons, context, *pair)
        views.append(_view(notification, why))
    return views


def _reasons(context: ScoringContext, need: Need, solution: Solution) -> tuple[Reason, ...]:
    shared = reasons(context.analyzer.vocabulary, of_need(need), of_solution(solution))[:MOST_REASONS]
    return tuple(Reason(kind=reason.kind, name=reason.name, points=reason.points) for reason in shared)


def _view(notification: LastNotification, why: tuple[Reason, ...]) -> MatchView:
    return MatchView(
        solution=notification.solution,
        need=notification.need,
        city=notification.city,
        fit=notification.fit,
        relevance=notification.relevance,
        band=notification.assessment.band,
        risk=notification.assessment.risk.value,
        occasion=notification.occasion,
        reasons=why,
    )
