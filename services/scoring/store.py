"""What the scoring service keeps: its own copy of the facts, the scores, and what it told about whom."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.scoring.domain.facts import Dossier
from services.scoring.domain.telling import Told
from services.scoring.kept import AT_ONCE, Kept
from shared.errors import Retry
from shared.events import Assessment, MatchAnswered
from shared.facts import Adoption, CityProfile, Implementation, Need, Solution
from shared.mongo import ASCENDING, Database, IndexModel, keep_once

CONTENTIONS = 50


class Store:
    """Each query here or in ``kept.py``, each index beside the query that needs it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.solutions = Kept(database["solutions"], Solution)
        self.needs = Kept(database["needs"], Need)
        self.cities = Kept(database["cities"], CityProfile)
        self.implementations = Kept(database["implementations"], Implementation)
        self.adoptions = Kept(database["adoptions"], Adoption)
        self._scores = database["scores"]
        self._told = database["told"]
        self._answers = database["answers"]

    async def prepare(self) -> None:
        """Create what the queries below need."""
        touched = IndexModel([("touched", ASCENDING)], name="touched")
        for name in ("solutions", "needs"):
            await self._database.ensure_indexes(name, [touched])
        by_solution = IndexModel([("fact.solution", ASCENDING)], name="solution")
        by_city = IndexModel([("fact.city", ASCENDING)], name="city")
        await self._database.ensure_indexes("implementations", [by_solution, by_city])
        await self._database.ensure_indexes("needs", [by_city])

    async def dossier(self, solution: str) -> Dossier | None:
        """Return all facts about a solution, or None while it has not been heard of."""
        known = await self.solutions.get(solution)
        if known is None:
            return None
        attempts = await self.implementations.where({"fact.solution": solution})
        cities = await self.cities.many({known.fact.city, *(attempt.fact.city for attempt in attempts)})
        return Dossier(known, tuple(attempts), cities)

    async def tried_in(self, city: str) -> list[str]:
        """Return the solutions that ``city`` tried."""
        return sorted(
            {known.fact.solution for known in await self.implementations.where({"fact.city": city})}
        )

    async def score(self, solution: str) -> Mapping[str, Any] | None:
        """Return the newest score of a solution with its revision and the one before it."""
        return await self._scores.find_one({"_id": solution}, {"_id": 0})

    async def keep_score(
        self, solution: str, assessment: Assessment, inputs: str
    ) -> tuple[int, Assessment | None]:
        """Keep the newest score; return its revision and the assessment before it.

        The same ``inputs`` again are the same revision; older facts (by ``as_of``) change nothing.
        """
        for _ in range(CONTENTIONS):
            standing = await self._scores.find_one({"_id": solution})
            if standing is None:
                first = {"_id": solution, **_score(assessment, inputs, 1, None)}
                if await keep_once(self._scores, first):
                    return 1, None
                continue
            if standing["inputs"] == inputs or assessment.as_of.isoformat() < standing["as_of"]:
                return int(standing["revision"]), _assessment(standing["before"])
            revision = int(standing["revision"]) + 1
            document = _score(assessment, inputs, revision, standing["assessment"])
            done = await self._scores.update_one(
                {"_id": solution, "revision": standing["revision"]}, {"$set": document}
            )
            if done.matched_count:
                return revision, _assessment(standing["assessment"])
        raise Retry(f"the score of {solution} is written by too many at once")

    async def told(self, solution: str, needs: Iterable[str]) -> dict[str, Told]:
        """Return what was told about ``solution``, by need."""
        wanted = [f"{solution}|{need}" for need in needs]
        found: dict[str, Told] = {}
        for start in range(0, len(wanted), AT_ONCE):
            some = self._told.find({"_id": {"$in": wanted[start : start + AT_ONCE]}})
            for document in await some.to_list(None):
                found[document["need"]] = Told.model_validate(document)
        return found

    async def keep_told(self, told: Told, before: Told | None) -> bool:
        """Keep what is told now; False where somebody else told something since ``before``."""
        document = told.model_dump(mode="json")
        key = f"{told.solution}|{told.need}"
        if before is None:
            return await keep_once(self._told, {"_id": key, **document})
        done = await self._told.update_one({"_id": key, "token": before.token}, {"$set": document})
        return bool(done.matched_count)

    async def keep_answer(self, answer: MatchAnswered) -> None:
        """Keep what an official answered, once."""
        await keep_once(self._answers, {"_id": answer.message_id, **answer.model_dump(mode="json")})

    async def counts(self) -> dict[str, int]:
        """Return how many solutions have a score, how many matches were told, how many needs stand."""
        return {
            "scored": int(await self._scores.count_documents({})),
            "matched": int(await self._told.count_documents({})),
            "needs": await self.needs.count(),
        }


def _score(
    assessment: Assessment, inputs: str, revision: int, before: Mapping[str, Any] | None
) -> dict[str, Any]:
    return {
        "revision": revision,
        "inputs": inputs,
        "as_of": assessment.as_of.isoformat(),
        "framework": assessment.framework,
        "assessment": assessment.model_dump(mode="json"),
        "before": before,
    }


def _assessment(document: Mapping[str, Any] | None) -> Assessment | None:
    return Assessment.model_validate(document) if document else None
