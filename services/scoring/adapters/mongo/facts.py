"""The facts in the store, a collection for each kind: the newest revision wins in any order of arrival."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np

from services.scoring.adapters.mongo.changes import changes_since
from services.scoring.application.repositories import ChangedKey
from services.scoring.domain.facts import KnownFact
from services.scoring.domain.inverted_index.relevance import TermVector
from services.scoring.domain.matching.vocabulary import AnalyzedText
from shared.events import State
from shared.facts import Adoption, CityProfile, Fact, Implementation, Need, Solution
from shared.store.mongo import ASCENDING, Database, IndexModel, batches, keep_newest

F = TypeVar("F", bound=Fact)
AT_ONCE = 50
MOST_TAGS = 50


class MongoFacts(Generic[F]):
    """``FactRepository``: a collection of facts by id."""

    def __init__(self, database: Database, name: str, model: type[F]) -> None:
        self._database, self._collection, self._model = database, database[name], model

    async def keep(self, key: str, record: KnownFact[F], words: AnalyzedText | None = None) -> bool:
        document = {
            "state": record.state,
            "recorded": record.recorded.isoformat(),
            "embargoed": record.embargoed,
            "fact": record.fact.model_dump(mode="json"),
            **(_words(words) if words else {}),
        }
        return await keep_newest(self._collection, key, record.revision, document)

    async def get(self, key: str) -> KnownFact[F] | None:
        document = await self._collection.find_one({"_id": key})
        return self._read(document) if document else None

    async def many(self, keys: Iterable[str]) -> dict[str, KnownFact[F]]:
        return {document["_id"]: self._read(document) for document in await self._documents(keys)}

    async def with_words(self, keys: Iterable[str]) -> list[tuple[KnownFact[F], AnalyzedText | None]]:
        return [(self._read(document), _read_words(document)) for document in await self._documents(keys)]

    async def _where(self, query: Mapping[str, Any], most: int | None = None) -> list[KnownFact[F]]:
        """All (or the first ``most`` by id) that meet an indexed equality."""
        cursor = self._collection.find(query)
        if most is not None:
            cursor = cursor.sort("_id", ASCENDING).limit(most)
        return [self._read(document) for document in await cursor.to_list(None)]

    async def since(
        self, moment: datetime | None, ago: timedelta = timedelta()
    ) -> tuple[list[ChangedKey], datetime | None]:
        return await changes_since(self._database, self._collection, moment, ago)

    async def keys_after(self, key: str, most: int) -> list[str]:
        cursor = self._collection.find({"_id": {"$gt": key}}, {"_id": 1}).sort("_id", ASCENDING).limit(most)
        return [document["_id"] for document in await cursor.to_list(None)]

    async def revisions(self, keys: Sequence[str]) -> dict[str, int]:
        newest: dict[str, int] = {}
        for some in batches(keys, AT_ONCE):
            cursor = self._collection.find({"_id": {"$in": list(some)}}, {"revision": 1})
            newest.update({document["_id"]: document["revision"] for document in await cursor.to_list(None)})
        return newest

    async def count(self) -> int:
        return int(await self._collection.count_documents({}))

    async def _documents(self, keys: Iterable[str]) -> list[dict[str, Any]]:
        parts = await asyncio.gather(*(self._some(some) for some in batches(sorted(set(keys)), AT_ONCE)))
        return [document for part in parts for document in part]

    async def _some(self, keys: Sequence[str]) -> list[dict[str, Any]]:
        return await self._collection.find({"_id": {"$in": list(keys)}}).to_list(None)

    def _read(self, document: Mapping[str, Any]) -> KnownFact[F]:
        state: State = document["state"]
        return KnownFact(
            fact=self._model.model_validate(document["fact"]),
            revision=document["revision"],
            state=state,
            recorded=datetime.fromisoformat(document["recorded"]),
            embargoed=document["embargoed"],
        )


class MongoSolutions(MongoFacts[Solution]):
    """``SolutionRepository``: the collection ``solutions``."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "solutions": [
            IndexModel([("touched", ASCENDING)], name="touched"),
            IndexModel([("fact.city", ASCENDING)], name="city"),
        ]
    }

    def __init__(self, database: Database) -> None:
        super().__init__(database, "solutions", Solution)

    async def of_city(self, city: str) -> list[KnownFact[Solution]]:
        return await self._where({"fact.city": city})


class MongoNeeds(MongoFacts[Need]):
    """``NeedRepository``: the collection ``needs``."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "needs": [
            IndexModel([("touched", ASCENDING)], name="touched"),
            IndexModel([("tags", ASCENDING)], name="tags"),
            IndexModel([("fact.city", ASCENDING)], name="city"),
        ]
    }

    def __init__(self, database: Database) -> None:
        super().__init__(database, "needs", Need)

    async def of_city(self, city: str) -> list[KnownFact[Need]]:
        return await self._where({"fact.city": city})

    async def tagged(self, tags: Sequence[str]) -> list[KnownFact[Need]]:
        parts = [await self._where({"tags": {"$in": list(some)}}) for some in batches(tags, AT_ONCE)]
        return [need for part in parts for need in part]

    async def in_stages(self, stages: Iterable[str], tags: Sequence[str], most: int) -> list[KnownFact[Need]]:
        query = {"tags": {"$in": list(tags)[:MOST_TAGS]}, "fact.stage": {"$in": sorted(stages)}}
        return await self._where(query, most)

    async def city_changed(self, city: str, revision: int) -> None:
        change = {"$max": {"city_revision": revision}, "$currentDate": {"touched": True}}
        await self._collection.update_many({"fact.city": city}, change)


class MongoCities(MongoFacts[CityProfile]):
    """``CityRepository``: the collection ``cities``."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, "cities", CityProfile)

    async def all(self) -> list[KnownFact[CityProfile]]:
        return await self._where({})


class MongoImplementations(MongoFacts[Implementation]):
    """``ImplementationRepository``: the collection ``implementations``."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "implementations": [
            IndexModel([("touched", ASCENDING)], name="touched"),
            IndexModel([("fact.solution", ASCENDING)], name="solution"),
            IndexModel([("fact.city", ASCENDING)], name="city"),
            IndexModel([("fact.failure.cause", ASCENDING)], name="cause"),
        ]
    }

    def __init__(self, database: Database) -> None:
        super().__init__(database, "implementations", Implementation)

    async def of_solutions(self, solutions: Iterable[str]) -> list[KnownFact[Implementation]]:
        parts = [
            await self._where({"fact.solution": {"$in": list(some)}})
            for some in batches([*solutions], AT_ONCE)
        ]
        return [attempt for part in parts for attempt in part]

    async def of_city(self, city: str) -> list[KnownFact[Implementation]]:
        return await self._where({"fact.city": city})

    async def failed_by(self, cause: str, most: int) -> list[KnownFact[Implementation]]:
        return await self._where({"fact.failure.cause": cause}, most)


class MongoAdoptions(MongoFacts[Adoption]):
    """``AdoptionRepository``: the collection ``adoptions``."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "adoptions": [
            IndexModel([("fact.solution", ASCENDING)], name="solution"),
            IndexModel([("fact.parent", ASCENDING)], name="parent"),
            IndexModel([("fact.effect.effect", ASCENDING)], name="effect"),
        ]
    }

    def __init__(self, database: Database) -> None:
        super().__init__(database, "adoptions", Adoption)

    async def of_solution(self, solution: str) -> list[KnownFact[Adoption]]:
        own, derived = await asyncio.gather(
            self._where({"fact.solution": solution}), self._where({"fact.parent": solution})
        )
        return [*own, *derived]

    async def realised(self) -> list[KnownFact[Adoption]]:
        return await self._where({"fact.effect.effect": {"$in": ["kept", "partly", "not_kept"]}})


def _words(words: AnalyzedText) -> dict[str, Any]:
    features, weights = words.vector.features.astype("<i4").tobytes(), words.vector.weights.tobytes()
    vector = {"vocabulary": words.vocabulary, "features": features, "weights": weights}
    return {"tags": list(words.tags), "bag": vector}


def _read_words(document: Mapping[str, Any]) -> AnalyzedText | None:
    stored = document.get("bag")
    if stored is None:
        return None
    features = np.frombuffer(stored["features"], dtype="<i4").astype(np.int32)
    vector = TermVector(features, np.frombuffer(stored["weights"], dtype=np.uint8))
    return AnalyzedText(stored["vocabulary"], vector, tuple(document["tags"]))
