"""Records for everybody: read from what the events brought, and shown only while the one rule allows it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar

from services.notifications.adapters.mongo.visible_records import AT_ONCE, status_of
from services.notifications.domain.known_records import TIME_NOT_KNOWN, ListedAddress, PublicSolution
from shared.events import PublishedAnswer
from shared.facts import Adoption, CityProfile, Implementation, Solution
from shared.store.mongo import ASCENDING, DESCENDING, Database, Document, IndexModel, batches
from shared.visibility import PUBLISHED, Status, about_solutions, is_public

WHAT_IS_SHOWN = {"later": 0}
NAME = {"fact.name": 1}
OF_AN_ADDRESS = {"fact.title": 1, "fact.city": 1, "city": 1, "state": 1, "embargo_until": 1, "recorded": 1}


class MongoPublicRecords:
    """Queries over ``solutions``, ``attempts``, ``adoptions`` and ``cities``."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "solutions": [IndexModel([("recorded", ASCENDING)], name="recorded")],
    }

    def __init__(self, database: Database) -> None:
        self._solutions, self._attempts = database["solutions"], database["attempts"]
        self._adoptions, self._cities = database["adoptions"], database["cities"]

    async def solutions(self, solutions: Iterable[str], day: date) -> Mapping[str, PublicSolution]:
        documents = await self._documents(solutions)
        return {
            str(document["_id"]): _solution(document)
            for document in documents
            if is_public(status_of(document), day)
        }

    async def newest(self, day: date, limit: int) -> list[PublicSolution]:
        cursor = self._solutions.find({"state": {"$in": sorted(PUBLISHED)}}, WHAT_IS_SHOWN)
        # Few published solutions are under an embargo: twice as many are enough, and the query is bounded.
        documents = await cursor.sort("recorded", DESCENDING).limit(2 * limit).to_list(None)
        shown = [document for document in documents if is_public(status_of(document), day)]
        return [_solution(document) for document in shown[:limit]]

    async def attempts_at(self, solution: str, day: date) -> list[Implementation]:
        documents = await self._attempts.find({"fact.solution": solution}, {"history": 0}).to_list(None)
        about = await self._statuses([solution])
        attempts = [
            Implementation.model_validate(document["fact"])
            for document in documents
            if is_public(status_of(document), day, about.values())
        ]
        return sorted(attempts, key=lambda attempt: attempt.city)

    async def attempts_at_each(
        self, solutions: Iterable[str], day: date
    ) -> Mapping[str, list[tuple[Implementation, datetime]]]:
        wanted = sorted({*solutions})
        documents = await self._attempts.find({"fact.solution": {"$in": wanted}}, {"history": 0}).to_list(
            None
        )
        about = await self._statuses(wanted)
        attempts: dict[str, list[tuple[Implementation, datetime]]] = {}
        for document in sorted(documents, key=lambda one: str(one["_id"])):
            fact = Implementation.model_validate(document["fact"])
            statuses = [about[fact.solution]] if fact.solution in about else []
            if is_public(status_of(document), day, statuses):
                attempts.setdefault(fact.solution, []).append((fact, _recorded(document)))
        return attempts

    async def of_city(self, city: str, day: date) -> tuple[list[Solution], list[Implementation]]:
        solutions, attempts = await asyncio.gather(
            self._solutions.find({"city": city}, WHAT_IS_SHOWN).to_list(None),
            self._attempts.find({"city": city}, {"history": 0}).to_list(None),
        )
        tried = [Implementation.model_validate(document["fact"]) for document in attempts]
        about = await self._statuses(one.solution for one in tried)
        shown = [
            fact
            for document, fact in zip(attempts, tried, strict=True)
            if fact.solution in about and is_public(status_of(document), day, [about[fact.solution]])
        ]
        own = [
            Solution.model_validate(document["fact"])
            for document in solutions
            if is_public(status_of(document), day)
        ]
        return sorted(own, key=lambda one: one.id), sorted(shown, key=lambda one: one.solution)

    async def city(self, city: str) -> CityProfile | None:
        document = await self._cities.find_one({"_id": city}, {"fact": 1, "state": 1})
        if document is None or document["state"] not in PUBLISHED:
            return None
        return CityProfile.model_validate(document["fact"])

    async def count(self) -> int:
        return int(await self._solutions.count_documents({"state": {"$in": sorted(PUBLISHED)}}))

    async def listed(self, skip: int, most: int, day: date) -> list[ListedAddress]:
        cursor = self._solutions.find({"state": {"$in": sorted(PUBLISHED)}}, OF_AN_ADDRESS)
        documents = await cursor.sort("_id", ASCENDING).skip(skip).limit(most).to_list(None)
        return [
            ListedAddress(str(document["_id"]), document["fact"]["title"], _recorded(document))
            for document in documents
            if is_public(status_of(document), day)
        ]

    async def adoptions_of(self, solution: str, day: date) -> list[Adoption]:
        # One query for each index: asked for either at once, the embedded store looks at everything.
        queries = ({"fact.solution": solution}, {"fact.parent": solution})
        results = await asyncio.gather(*(self._adoptions.find(query).to_list(None) for query in queries))
        documents = {str(document["_id"]): document for some in results for document in some}
        known = {key: Adoption.model_validate(document["fact"]) for key, document in documents.items()}
        about = await self._statuses({one for fact in known.values() for one in about_solutions(fact)})
        shown = [
            fact
            for key, fact in known.items()
            if is_public(
                status_of(documents[key]), day, [about[one] for one in about_solutions(fact) if one in about]
            )
        ]
        return sorted(shown, key=lambda adoption: (adoption.city, adoption.solution))

    async def city_names(self, cities: Iterable[str]) -> Mapping[str, str]:
        queries = (
            self._cities.find({"_id": {"$in": [*some]}}, NAME).to_list(None)
            for some in batches(sorted({*cities}), AT_ONCE)
        )
        found = await asyncio.gather(*queries)
        return {str(document["_id"]): document["fact"]["name"] for some in found for document in some}

    async def _statuses(self, solutions: Iterable[str]) -> dict[str, Status]:
        return {str(document["_id"]): status_of(document) for document in await self._documents(solutions)}

    async def _documents(self, solutions: Iterable[str]) -> list[Document]:
        queries = (
            self._solutions.find({"_id": {"$in": [*some]}}, WHAT_IS_SHOWN).to_list(None)
            for some in batches(sorted({*solutions}), AT_ONCE)
        )
        return [document for some in await asyncio.gather(*queries) for document in some]


def _solution(document: Document) -> PublicSolution:
    """The solution with the days of its public revisions: what was not public then has no day."""
    days = [
        datetime.fromisoformat(str(revision["recorded"])).date()
        for revision in document.get("history", ())
        if revision["state"] in PUBLISHED
    ]
    return PublicSolution(
        Solution.model_validate(document["fact"]),
        _recorded(document),
        tuple(dict.fromkeys(reversed(days))),
        tuple(map(PublishedAnswer.model_validate, document.get("answers", ()))),
    )


def _recorded(document: Document) -> datetime:
    recorded = document.get("recorded")
    return datetime.fromisoformat(recorded) if recorded else TIME_NOT_KNOWN
