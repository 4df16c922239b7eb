"""What a question needs from the store, or the problem that it cannot be answered."""

from collections.abc import Sequence

from fastapi import HTTPException

from services.scoring.application.context import ScoringContext
from services.scoring.application.match_notifications import as_answered
from services.scoring.application.score import make
from services.scoring.domain.facts import Dossier, KnownFact
from services.scoring.domain.scores import Score, ScoreCard
from services.scoring.http.response_models import Found, ScoreView
from shared.events import Assessment
from shared.facts import CityProfile, Need


class Seen:
    """A score that may be seen, with its assessment and the facts behind it."""

    def __init__(self, score: Score, assessment: Assessment, dossier: Dossier) -> None:
        self.score, self.assessment, self.dossier = score, assessment, dossier

    @property
    def view(self) -> ScoreView:
        """The score as it is shown."""
        solution = self.dossier.solution.fact
        return ScoreView(
            solution=solution.id,
            title=solution.title,
            city=solution.city,
            framework=self.score.framework,
            revision=self.score.revision,
            assessment=self.assessment,
        )


async def seen(context: ScoringContext, solution: str) -> Seen:
    """The score of a solution; 404 while it is not known, not confirmed or under embargo."""
    score = await context.store.scores.get(solution)
    dossier = await context.store.dossier(solution)
    if score is not None and dossier is not None:
        score = _as_of(context, score, dossier)
    if score is None or score.assessment is None or dossier is None or not dossier.solution.counts:
        raise HTTPException(
            404, f"There is no score of {solution!r}: not known, not confirmed or under embargo"
        )
    return Seen(score, score.assessment, dossier)


def _as_of(context: ScoringContext, stored: Score, dossier: Dossier) -> Score:
    """The score of these facts: the kept one may have been made from an attempt that is withdrawn by now."""
    if stored.knows(dossier.revisions, None):
        return stored
    return make(context, dossier, stored.night).model_copy(update={"revision": stored.revision})


async def city_of(context: ScoringContext, city: str) -> CityProfile:
    """A city's own description; 404 while it has not described itself."""
    record = await context.store.cities.get(city)
    if record is None or not record.counts:
        raise HTTPException(404, f"The city {city!r} has not described itself yet; send a city.profile")
    return record.fact


async def city_for(context: ScoringContext, city: str, solution: str) -> CityProfile:
    """The city as it answered about this solution: what its officials said it lacks counts."""
    lacking = (await context.store.answers.objections(solution)).get(city, frozenset())
    return as_answered(await city_of(context, city), lacking)


async def need_of(context: ScoringContext, need: str) -> KnownFact[Need]:
    """A need; 404 where it is not known or not confirmed by its city."""
    record = await context.store.needs.get(need)
    if record is None or not record.counts:
        raise HTTPException(404, f"The need {need!r} is not known, or its city has not confirmed it")
    return record


async def found(context: ScoringContext, scores: Sequence[tuple[Score, float | None]]) -> list[Found]:
    """Scores as lines of a list; nothing of a solution that must not be seen, whatever its score says."""
    solutions = await context.store.solutions.many(score.solution for score, _ in scores)
    return [
        _line(context, score, score.card, relevance)
        for score, relevance in scores
        if score.card and score.solution in solutions and solutions[score.solution].counts
    ]


def _line(context: ScoringContext, score: Score, card: ScoreCard, relevance: float | None) -> Found:
    fields = card.model_dump(exclude={"topics", "tags", "failed"})
    similar = None if relevance is None else context.framework.fit.matches(relevance)
    return Found.model_validate(
        {**fields, "solution": score.solution, "relevance": relevance, "similar": similar}
    )
