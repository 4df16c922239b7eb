"""What happened elsewhere: what others paid for the same, and how fast a solution spreads."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.scoring.application.context import ScoringContext
from services.scoring.application.diffusion import taken_up
from services.scoring.domain.codes.cpv_tree import related_tags
from services.scoring.domain.diffusion import AdoptionSpread, PricePaid, prices, spread
from services.scoring.http.lookups import seen
from services.scoring.http.response_models import PROBLEM, BranchView, PriceView, SpreadView
from shared.facts import Topic

MOST_PRICED = 500


def router(context: ScoringContext) -> APIRouter:
    """Return the routes to what others did."""
    routes = APIRouter(prefix="/v1", tags=["elsewhere"], responses=PROBLEM)

    @routes.get("/prices")
    async def paid(
        topic: Annotated[str, Query(pattern="^[^:]+:.+$", examples=["CPV:63712000"])],
        currency: Annotated[str, Query(pattern="^[A-Z]{3}$", description="Of the reader")] = "EUR",
    ) -> list[PriceView]:
        """What cities paid for the same topic, one level up and down included; the newest first."""
        scheme, _, code = topic.partition(":")
        wanted = related_tags(context.analyzer.tree, [Topic(scheme=scheme, id=code)])
        scores = await context.store.scores.tagged(wanted, MOST_PRICED)
        dossiers = await context.store.dossiers(score.solution for score in scores)
        counting = (dossier for dossier in dossiers if dossier.solution.counts)
        listed = [price for dossier in counting for price in prices(dossier, currency, context.rates)]
        return [_price(entry) for entry in sorted(listed, key=_newest_first)]

    @routes.get("/solutions/{solution:path}/spread")
    async def spreading(solution: str) -> SpreadView:
        """Who took it up from whom, when, and which letter led there."""
        dossier = (await seen(context, solution)).dossier
        adoptions, attempts = await taken_up(context, solution)
        return _spread(spread(dossier.solution.fact, adoptions, (*dossier.attempts, *attempts)))

    return routes


def _newest_first(price: PricePaid) -> tuple[int, str, str]:
    return -(price.year or 0), price.solution, price.city


def _price(price: PricePaid) -> PriceView:
    return PriceView.model_validate(price._asdict())


def _spread(spread: AdoptionSpread) -> SpreadView:
    tree = tuple(BranchView.model_validate(branch._asdict()) for branch in spread.tree)
    return SpreadView.model_validate({**spread._asdict(), "tree": tree})
