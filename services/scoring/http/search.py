"""Finding solutions: by a text in any language, by what is said of them, and by what they teach."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.scoring.application.context import ScoringContext
from services.scoring.domain.bands import Band
from services.scoring.domain.scores import CardFilter, Score
from services.scoring.http.lookups import found
from services.scoring.http.response_models import Found
from shared.facts import Language, Outcome

MOST_RANKED = 1_000


def router(context: ScoringContext) -> APIRouter:
    """Return the routes to lists of solutions."""
    routes = APIRouter(prefix="/v1", tags=["search"])

    @routes.get("/solutions")
    async def search(
        text: Annotated[str | None, Query(max_length=10_000, examples=["night deliveries"])] = None,
        text_language: Annotated[Language, Query(description="Language of the text")] = "en",
        topic: Annotated[str | None, Query(examples=["CPV:63712000"])] = None,
        country: Annotated[str | None, Query(pattern="^[A-Z]{2}$", examples=["FI"])] = None,
        band: Band | None = None,
        outcome: Outcome | None = None,
        language: Annotated[Language | None, Query(description="Of the solution")] = None,
        most: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> list[Found]:
        """Solutions that meet every filter given; with a text the best first, else in order of their ids."""
        wanted = CardFilter(topic, country, band, outcome, language)
        if text is None:
            scores = [(score, None) for score in await context.store.scores.matching(wanted, most)]
            return await found(context, sorted(scores, key=lambda pair: pair[0].solution))
        return (await found(context, await _by_text(context, text, text_language, wanted)))[:most]

    @routes.get("/learning")
    async def learning(most: Annotated[int, Query(ge=1, le=200)] = 50) -> list[Found]:
        """What teaches most: failures can top this list, whatever their evaluation."""
        scores = await context.store.scores.teaching(most)
        lines = await found(context, [(score, None) for score in scores])
        return sorted(lines, key=lambda line: (-line.learning, line.solution))

    return routes


async def _by_text(
    context: ScoringContext, text: str, language: str, wanted: CardFilter
) -> list[tuple[Score, float | None]]:
    answers = await context.indexes.find_text(text, language)
    relevance = {answer.solution_id: answer.fit for answer in answers[:MOST_RANKED]}
    scores = await context.store.scores.many(relevance)
    ranked = ((scores[name], fit) for name, fit in relevance.items() if name in scores)
    return [(score, fit) for score, fit in ranked if score.card and wanted.accepts(score.card)]
