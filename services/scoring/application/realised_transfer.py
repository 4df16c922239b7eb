"""Predictions for cities that take a solution over, kept until the city reports what came of it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from services.scoring.application.context import ScoringContext
from services.scoring.domain.assessment import assess
from services.scoring.domain.facts import KnownFact
from services.scoring.domain.framework import TrackRecordSettings
from services.scoring.domain.realised_transfer import (
    OUTCOME_OF,
    TransferCalibration,
    TransferPrediction,
    calibrate_transfer,
    may_be_predicted,
    not_told_otherwise,
)
from shared.facts import Adoption


async def predict(context: ScoringContext, adoptions: Iterable[KnownFact[Adoption]]) -> None:
    """Keep for each adoption, once, what the framework predicts of it for its city.

    What the city itself reported of its attempt is left out; so is what may not be seen. An adoption that
    is known before its source is predicted when the source comes.
    """
    for adoption in adoptions:
        if may_be_predicted(adoption) and (prediction := await _prediction(context, adoption)):
            await context.store.predictions.keep(prediction)


async def predict_for_source(context: ScoringContext, solution: str) -> None:
    """Predict for the cities whose adoption of ``solution`` came before it was known."""
    taken = await context.store.adoptions.of_solution(solution)
    await predict(context, [adoption for adoption in taken if adoption.fact.parent == solution])


async def _prediction(context: ScoringContext, adoption: KnownFact[Adoption]) -> TransferPrediction | None:
    fact, key = adoption.fact, f"{adoption.fact.solution}|{adoption.fact.city}"
    if fact.parent is None or await context.store.predictions.many([key]):
        return None
    dossier = await context.store.dossier(fact.parent)
    if dossier is None or not dossier.solution.counts:
        return None
    city = (await context.store.profiles([fact.city])).get(fact.city)
    others = [attempt for attempt in dossier.attempts if attempt.city != fact.city]
    made = max(dossier.as_of, adoption.recorded)
    assessed = assess(
        dossier.solution.fact,
        others,
        context.framework,
        made,
        city.fact if city else None,
        dossier.peers,
        prior=dossier.prior,
    )
    return TransferPrediction(
        adoption=key,
        source=fact.parent,
        framework=context.framework.version,
        made=made,
        risk=assessed.risk.value,
        transferability=assessed.transferability.value if assessed.transferability else None,
        inputs=assessed.inputs,
    )


async def transfer_calibration(context: ScoringContext) -> TransferCalibration:
    """How well predictions of this version came true, over the adoptions that everybody may see."""
    realised = await context.store.public(await context.store.adoptions.realised())
    effects = {
        f"{record.fact.solution}|{record.fact.city}": record.fact.effect
        for record in realised
        if record.fact.effect is not None and record.fact.parent is not None
    }
    return calibrate_transfer(effects, await context.store.predictions.many(effects), context.framework)


async def realised_successes(
    context: ScoringContext, day: date, settings: TrackRecordSettings
) -> dict[str, list[float]]:
    """What the effects reported by ``day`` count as, by the solution that was taken over."""
    realised = await context.store.public(await context.store.adoptions.realised())
    named = {f"{name}|{record.fact.city}" for record in realised for name in _solutions(record.fact)}
    attempts = [
        record.fact for record in (await context.store.implementations.many(named)).values() if record.counts
    ]
    by_source: dict[str, list[float]] = defaultdict(list)
    for record in not_told_otherwise(realised, attempts):
        effect, source = record.fact.effect, record.fact.parent
        if effect and source and (effect.measured or record.recorded.date()) <= day:
            by_source[source].append(settings.success[OUTCOME_OF[effect.effect]])
    return dict(by_source)


def _solutions(adoption: Adoption) -> tuple[str, ...]:
    return tuple(filter(None, (adoption.solution, adoption.parent)))
