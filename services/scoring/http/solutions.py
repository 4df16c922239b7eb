"""A solution: its score, in general and for a city, beside others, its matches, and whether to follow now."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request

from services.scoring.application.context import ScoringContext
from services.scoring.domain.alerts import why_it_worked, window
from services.scoring.domain.assessment import assess
from services.scoring.domain.comparison import Row, comparison
from services.scoring.domain.match_assessment import gaps_of
from services.scoring.domain.message_catalogue import say
from services.scoring.domain.nearest_cities import nearest, warning
from services.scoring.http.auth import authorize
from services.scoring.http.lookups import Seen, city_for, seen
from services.scoring.http.match_reasons import explained
from services.scoring.http.response_models import (
    PROBLEM,
    CellView,
    CityScore,
    FollowerView,
    MatchView,
    RowView,
    ScoreView,
    Sheet,
)
from shared.facts import CityProfile

MOST_COMPARED = 4


def router(context: ScoringContext) -> APIRouter:
    """Return the routes to one solution, or to several beside each other."""
    routes = APIRouter(prefix="/v1", tags=["solutions"], responses=PROBLEM)

    @routes.get("/compare")
    async def compare(
        request: Request,
        solution: Annotated[list[str], Query(min_length=1, examples=[["sol-1", "sol-2"]])],
        city: Annotated[str | None, Query(description="Seen by this city", examples=["3094802"])] = None,
    ) -> Sheet:
        """Up to four solutions on one sheet: the same criteria for all, claims marked as claims.

        Seen by a city, they are for that city alone.
        """
        if city is not None:
            authorize(context.city_keys, request, city)
        if len(set(solution)) > MOST_COMPARED:
            raise HTTPException(422, f"At most {MOST_COMPARED} solutions fit on one sheet")
        scores = [await seen(context, shown) for shown in sorted(set(solution))]
        if city is not None:
            scores = [
                _personal(context, shown, await city_for(context, city, shown.score.solution))
                for shown in scores
            ]
        rows = comparison(
            {shown.score.solution: (shown.dossier.solution.fact, shown.assessment) for shown in scores}
        )
        return Sheet(solutions=tuple(shown.view for shown in scores), rows=tuple(_row(row) for row in rows))

    @routes.get("/solutions/{solution:path}/score")
    async def score(solution: str) -> ScoreView:
        """The newest score of a solution, with each contribution and its sentence."""
        return (await seen(context, solution)).view

    @routes.get("/solutions/{solution:path}/score-for/{city}")
    async def score_for(request: Request, solution: str, city: str) -> CityScore:
        """For that city alone: risk, transferability, the weakest dimension, what is missing, who closed it.

        What its officials answered to letters counts.
        """
        authorize(context.city_keys, request, city)
        seen_score = await seen(context, solution)
        return _for_city(context, seen_score, await city_for(context, city, solution))

    @routes.get("/solutions/{solution:path}/matches")
    async def matches(
        request: Request,
        solution: str,
        city: Annotated[str | None, Query(description="Whose matches", examples=["3094802"])] = None,
    ) -> list[MatchView]:
        """For that city alone: its matches of a solution, best first; the first twenty are explained."""
        authorize(context.city_keys, request, city)
        await seen(context, solution)
        notifications = await context.store.notifications.of_solution(solution, city)
        return await explained(context, notifications, city)

    @routes.get("/solutions/{solution:path}/follow")
    async def follow(solution: str) -> FollowerView:
        """Whether enough is known to follow fast, and what followed where each part was kept or changed."""
        current = await seen(context, solution)
        attempts = current.dossier.attempts
        state = window(attempts, context.framework, current.assessment.as_of.date())
        adoptions = await context.store.adoptions_of(solution)
        why = why_it_worked(current.dossier.solution.fact.components, adoptions, attempts)
        return FollowerView(
            **state._asdict(),
            why={
                part.component: {
                    fate: {outcome.value: number for outcome, number in outcomes.items()}
                    for fate, outcomes in part.outcomes.items()
                }
                for part in why
            },
        )

    return routes


def _personal(context: ScoringContext, score: Seen, city: CityProfile) -> Seen:
    """The same solution as one city sees it."""
    dossier = score.dossier
    assessment = assess(
        dossier.solution.fact,
        dossier.attempts,
        context.framework,
        score.assessment.as_of,
        city,
        dossier.peers,
        prior=score.assessment.prior,
    )
    return Seen(score.score, assessment, dossier)


def _for_city(context: ScoringContext, score: Seen, city: CityProfile) -> CityScore:
    dossier = score.dossier
    failed, worked = nearest(city, dossier.attempts, dossier.peers, context.framework)
    beware = warning(failed, worked)
    return CityScore(
        solution=score.score.solution,
        title=dossier.solution.fact.title,
        city=city.id,
        assessment=_personal(context, score, city).assessment,
        gaps=gaps_of(dossier, city, context.framework),
        nearest_failure=failed,
        nearest_success=worked,
        warning=None if beware is None else say(beware.message, beware.parameters),
    )


def _row(row: Row) -> RowView:
    cells = tuple(CellView(solution=name, **cell._asdict()) for name, cell in row.cells.items())
    return RowView.model_validate({"score": row.score, "key": row.key, "cells": cells})
