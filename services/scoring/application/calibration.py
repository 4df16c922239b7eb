"""Forecasts to be judged: the risk a city would have been told before its attempt, and what came of it.

Recomputed from the facts, attempt by attempt: the same solution, without this attempt and without whatever
ended after it began, with the prior of its area that was in force then. So a forecast never knows its own
outcome.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from services.scoring.application.context import ScoringContext
from services.scoring.domain.area_prior import area_of, in_force
from services.scoring.domain.assessment import assess
from services.scoring.domain.calibration import Forecast, forecast
from services.scoring.domain.facts import Dossier
from services.scoring.domain.track_record import ENDED
from shared.events import AreaPrior
from shared.facts import Implementation

CHUNK = 100


async def forecasts(context: ScoringContext) -> list[Forecast]:
    """One forecast for each dated attempt that ended, over all solutions that may be seen."""
    forecasts_made: list[Forecast] = []
    frozen = await context.store.priors.frozen()
    last = ""
    while some := await context.store.scores.solutions_after(last, CHUNK):
        for solution in some:
            dossier = await context.store.dossier(solution)
            if dossier is not None and dossier.solution.counts:
                forecasts_made += [
                    forecast
                    for attempt in dossier.attempts
                    for forecast in _forecast(context, dossier, attempt, frozen)
                ]
        last = some[-1]
    return forecasts_made


def _forecast(
    context: ScoringContext, dossier: Dossier, attempt: Implementation, frozen: Sequence[AreaPrior]
) -> Sequence[Forecast]:
    if attempt.outcome not in ENDED or (began := attempt.started or attempt.ended) is None:
        return ()
    before = [
        attempt_before
        for attempt_before in dossier.attempts
        if attempt_before.city != attempt.city and _ended_before(attempt_before, began)
    ]
    city = dossier.peers.get(attempt.city)
    when = datetime.combine(began, time(), UTC)
    solution = dossier.solution.fact
    prior = in_force(frozen, before=began).get(area_of(solution.topics) or "")
    assessed = assess(solution, before, context.framework, when, city, dossier.peers, prior=prior)
    judged = forecast(assessed.risk.value, attempt.outcome, context.framework)
    return () if judged is None else (judged,)


def _ended_before(attempt: Implementation, day: date) -> bool:
    return attempt.ended is not None and attempt.ended < day
