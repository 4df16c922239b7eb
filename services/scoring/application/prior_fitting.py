"""Fits the priors of all service areas to the facts in the store."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date

from services.scoring.application.bulk_rescore import solutions_after
from services.scoring.application.context import ScoringContext
from services.scoring.application.realised_transfer import realised_successes
from services.scoring.domain.area_prior import area_of, refit, successes
from shared.events import AreaPrior

AT_ONCE = 1_000


async def fit_priors(context: ScoringContext, day: date, tell: Callable[[int], None]) -> dict[str, AreaPrior]:
    """The prior of each area as of ``day``, from what may be seen; ``tell`` hears how many were looked at.

    What cities reported of the effect of what they took over counts like an attempt that ended.
    """
    settings, seen = context.framework.track_record, 0
    realised = await realised_successes(context, day, settings)
    ended: dict[str, dict[str, list[float]]] = defaultdict(dict)
    async for some in solutions_after(context, size=AT_ONCE):
        for dossier in await context.store.dossiers(some):
            solution = dossier.solution.fact
            area = area_of(solution.topics)
            if area is not None and dossier.solution.counts:
                own = successes(dossier, day, settings)
                ended[area][solution.id] = [*own, *realised.get(solution.id, ())]
        seen += len(some)
        tell(seen)
    return refit(ended, context.store.priors.in_force, day, settings)
