"""Finding solutions: by a text in any language, by what is said of them, and by what they teach."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.scoring.adapters.mongo.scores import Score
from services.scoring.application.context import ScoringContext
from services.scoring.domain.bands import Band
from services.scoring.http.lookups import found
from services.scoring.http.response_models import Found
from shared.facts import Language, Outcome

MOST_RANKED = 1_000


def router(context: ScoringContext) -> APIRouter:
    """Return the doors to lists of solutions."""
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
        wanted = {
            "card.topics": topic,
            "card.country": country,
            "card.band": band,
            "card.outcomes": outcome,
            "card.language": language,
        }
        query = {name: str(value) for name, value in wanted.items() if value is not None}
        if text is None:
            scores = [(score, None) for score in await context.store.scores.where(query, most)]
            return await found(context, sorted(scores, key=lambda one: one[0].solution))
        return (await found(context, await _by_text(context, text, text_language, query)))[:most]

    @routes.get("/learning")
    async def learning(most: Annotated[int, Query(ge=1, le=200)] = 50) -> list[Found]:
        """What teaches most: failures can top this list, whatever their evaluation."""
        scores = await context.store.scores.where({"card.learning": {"$gt": 0}}, most)
        lines = await found(context, [(score, None) for score in scores])
        return sorted(lines, key=lambda line: (-line.learning, line.solution))

    return routes


async def _by_text(
    context: ScoringContext, text: str, language: str, query: dict[str, str]
) -> list[tuple[Score, float | None]]:
    answers = await context.memory.find_text(text, language)
    relevance = {answer.solution_id: answer.fit for answer in answers[:MOST_RANKED]}
    scores = await context.store.scores.many(relevance)
    return [
        (scores[name], fit)
        for name, fit in relevance.items()
        if name in scores and _meets(scores[name], query)
    ]


def _meets(score: Score, query: dict[str, str]) -> bool:
    """The same filters, on what the text found."""
    card = score.card.model_dump(mode="json") if score.card else {}
    return all(
        value in card[field] if isinstance(card[field], list) else card[field] == value
        for name, value in query.items()
        if (field := name.removeprefix("card."))
    )
