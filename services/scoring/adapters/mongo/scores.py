"""The scores: one document for each solution and version of the framework, written by whoever knows more."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from services.scoring.adapters.mongo.changes import changes_since
from services.scoring.adapters.mongo.facts import AT_ONCE
from services.scoring.application.repositories import ChangedKey
from services.scoring.domain.scores import CardFilter, ListedScore, Score, ScoreBasis, StoredScores
from shared.errors import RetryableError
from shared.facts import Topic
from shared.store.mongo import ASCENDING, DESCENDING, Database, DuplicateKeyError, IndexModel, batches

CONTENTIONS = 50


class MongoScores:
    """``ScoreRepository``: the scores under one version of the framework; those under others stay beside."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "scores": [
            IndexModel([("solution", ASCENDING)], name="solution"),
            IndexModel([("framework", ASCENDING), ("visible", ASCENDING)], name="visible"),
            IndexModel([("card.tags", ASCENDING)], name="tags"),
            IndexModel([("card.topics", ASCENDING)], name="topics"),
            IndexModel([("card.city", ASCENDING)], name="city"),
            IndexModel([("card.learning", ASCENDING)], name="learning"),
            IndexModel([("touched", ASCENDING)], name="touched"),
        ]
    }

    def __init__(self, database: Database, framework: str) -> None:
        self._database, self._collection, self._framework = database, database["scores"], framework

    async def get(self, solution: str) -> Score | None:
        document = await self._collection.find_one({"_id": self._key(solution)})
        score = _read(document) if document else None
        return score if score is not None and score.assessment is not None else None

    async def stored(self, solutions: Iterable[str]) -> dict[str, StoredScores]:
        by_solution: dict[str, list[Score]] = {solution: [] for solution in solutions}
        for some in batches(list(by_solution), AT_ONCE):
            cursor = self._collection.find({"solution": {"$in": list(some)}})
            for document in await cursor.to_list(None):
                by_solution[document["solution"]].append(_read(document))
        return {solution: self._stored(scores) for solution, scores in by_solution.items()}

    async def many(self, solutions: Iterable[str]) -> dict[str, Score]:
        keys = sorted({self._key(solution) for solution in solutions})
        scores: list[Score] = []
        for some in batches(keys, AT_ONCE):
            query = {"_id": {"$in": list(some)}, "visible": True}
            scores += [_read(document) for document in await self._collection.find(query).to_list(None)]
        return {score.solution: score for score in scores}

    async def matching(self, card: CardFilter, most: int) -> list[Score]:
        wanted = {
            "card.topics": card.topic,
            "card.country": card.country,
            "card.band": card.band,
            "card.outcomes": card.outcome,
            "card.language": card.language,
        }
        return await self._where({name: value for name, value in wanted.items() if value is not None}, most)

    async def tagged(self, tags: Sequence[str], most: int, *, failed: bool = False) -> list[Score]:
        query: dict[str, Any] = {"card.tags": {"$in": list(tags)}}
        return await self._where(query | ({"card.failed": True} if failed else {}), most)

    async def teaching(self, most: int) -> list[Score]:
        return await self._where({"card.learning": {"$gt": 0}}, most)

    async def listed(self, solutions: Iterable[str]) -> dict[str, ListedScore]:
        keys = sorted({self._key(solution) for solution in solutions})
        wanted = {"solution": 1, "card.learning": 1, "assessment.evidence_level": 1}
        listed: dict[str, ListedScore] = {}
        for some in batches(keys, AT_ONCE):
            query = {"_id": {"$in": list(some)}, "visible": True}
            for document in await self._collection.find(query, wanted).to_list(None):
                level = int(document["assessment"]["evidence_level"])
                listed[document["solution"]] = ListedScore(float(document["card"]["learning"]), level)
        return listed

    async def since(
        self, moment: datetime | None, ago: timedelta = timedelta()
    ) -> tuple[list[ChangedKey], datetime | None]:
        of_this = {"framework": self._framework}
        written, newest = await changes_since(self._database, self._collection, moment, ago, of_this)
        solutions = [change._replace(key=change.key.removeprefix(self._key(""))) for change in written]
        return solutions, newest

    async def keep(self, new: Score, seen: StoredScores | None = None) -> Score:
        for _ in range(CONTENTIONS):
            stored, seen = seen or (await self.stored([new.solution]))[new.solution], None
            if stored.score is not None and stored.score.knows(new.facts, new.night):
                return stored.score
            successor = _after(new, stored.score or stored.other)
            if await self._replace(stored.score, successor):
                return successor
        raise RetryableError(f"the score of {new.solution} is written by too many at once")

    async def bases(self, solutions: Iterable[str]) -> dict[str, ScoreBasis]:
        bases: dict[str, ScoreBasis] = {}
        for some in batches(sorted({self._key(solution) for solution in solutions}), AT_ONCE):
            wanted = {"solution": 1, "facts": 1, "card.topics": 1}
            cursor = self._collection.find({"_id": {"$in": list(some)}}, wanted)
            for document in await cursor.to_list(None):
                named = (document.get("card") or {}).get("topics", ())
                topics = tuple(Topic(scheme=scheme, id=code) for scheme, code in map(_halves, named))
                bases[document["solution"]] = ScoreBasis(dict(document["facts"]), topics)
        return bases

    async def solutions_after(self, solution: str, most: int) -> list[str]:
        cursor = self._collection.find(
            {"_id": {"$gt": self._key(solution), "$lt": f"{self._framework}}}"}}, {"solution": 1}
        )
        return [
            document["solution"] for document in await cursor.sort("_id", ASCENDING).limit(most).to_list(None)
        ]

    async def count(self) -> int:
        return int(await self._collection.count_documents({"framework": self._framework, "visible": True}))

    def _stored(self, scores: Sequence[Score]) -> StoredScores:
        own = next((score for score in scores if score.framework == self._framework), None)
        others = (score for score in scores if score.framework != self._framework)
        return StoredScores(own, max(others, key=lambda score: score.revision, default=None))

    async def _where(self, query: Mapping[str, Any], most: int) -> list[Score]:
        """``most`` scores that may be seen and meet an indexed equality or range, the same on every replica.

        Those that teach most come first, then they are in order of their ids.
        """
        cursor = self._collection.find({**query, "framework": self._framework, "visible": True})
        ordered = cursor.sort([("card.learning", DESCENDING), ("_id", ASCENDING)]).limit(most)
        return [_read(document) for document in await ordered.to_list(None)]

    async def _replace(self, before: Score | None, after: Score) -> bool:
        key = self._key(after.solution)
        # A new one is written only where there is none: no revision is below 0.
        expected: Any = {"$lt": 0} if before is None else before.revision
        change = {"$set": _written(after), "$currentDate": {"touched": True}}
        try:
            done = await self._collection.update_one(
                {"_id": key, "revision": expected}, change, upsert=before is None
            )
        except DuplicateKeyError:
            return False
        return bool(done.matched_count or done.upserted_id is not None)

    def _key(self, solution: str) -> str:
        return f"{self._framework}|{solution}"


def _after(new: Score, before: Score | None) -> Score:
    """The next revision: revisions count on across versions, so that no two scores share an identity."""
    if before is None:
        return new.model_copy(update={"revision": 1})
    return new.model_copy(update={"revision": before.revision + 1, "before": before.assessment})


def _written(score: Score) -> dict[str, Any]:
    document = score.model_dump(mode="json")
    # A fact's name may hold dots and dollars, which a field's name may not.
    facts = [[fact, revision] for fact, revision in sorted(score.facts.items())]
    return {**document, "facts": facts, "visible": score.assessment is not None}


def _read(document: Mapping[str, Any]) -> Score:
    return Score.model_validate({**document, "facts": dict(document["facts"])})


def _halves(topic: str) -> tuple[str, str]:
    scheme, _, code = topic.partition(":")
    return scheme, code
