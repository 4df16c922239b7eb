"""What a question needs from the store, or the problem that it cannot be answered."""

from fastapi import HTTPException

from services.scoring.api.views import Found, ScoreView
from services.scoring.domain.facts import Dossier, Known
from services.scoring.matches import as_answered
from services.scoring.room import Room
from services.scoring.scores import Score
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


async def seen(room: Room, solution: str) -> Seen:
    """The score of a solution; 404 while it is not known, not confirmed or under embargo."""
    score = await room.store.scores.get(solution)
    dossier = await room.store.dossier(solution)
    if score is None or score.assessment is None or dossier is None or not dossier.solution.counts:
        raise HTTPException(
            404, f"There is no score of {solution!r}: not known, not confirmed or under embargo"
        )
    return Seen(score, score.assessment, dossier)


async def city_of(room: Room, city: str) -> CityProfile:
    """A city's own description; 404 while it has not described itself."""
    known = await room.store.cities.get(city)
    if known is None or not known.counts:
        raise HTTPException(404, f"The city {city!r} has not described itself yet; send a city.profile")
    return known.fact


async def city_for(room: Room, city: str, solution: str) -> CityProfile:
    """The city as it answered about this solution: what its officials said it lacks counts."""
    lacking = (await room.store.objections(solution)).get(city, frozenset())
    return as_answered(await city_of(room, city), lacking)


async def need_of(room: Room, need: str) -> Known[Need]:
    """A need; 404 where it is not known or not confirmed by its city."""
    known = await room.store.needs.get(need)
    if known is None or not known.counts:
        raise HTTPException(404, f"The need {need!r} is not known, or its city has not confirmed it")
    return known


def found(score: Score, relevance: float | None = None) -> Found | None:
    """A score as one line of a list; nothing of one that must not be seen."""
    if score.card is None:
        return None
    card = score.card.model_dump(exclude={"topics", "tags", "failed"})
    return Found.model_validate({**card, "solution": score.solution, "relevance": relevance})
