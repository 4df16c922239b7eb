"""What the scoring service keeps: its own copy of the facts, the scores, and what it told about whom."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from services.scoring.adapters.mongo.area_priors import AreaPriorRepository
from services.scoring.adapters.mongo.claims import ClaimRepository
from services.scoring.adapters.mongo.facts import AT_ONCE, FactRepository, parts_of
from services.scoring.adapters.mongo.scores import INDEXES, ScoreRepository
from services.scoring.domain.alerts.watches import Condition, Watch
from services.scoring.domain.facts import Dossier, KnownFact
from services.scoring.domain.notification_policy import LastNotification
from shared.events import MatchAnswered, WatchFired
from shared.facts import Adoption, CityProfile, Fact, Implementation, Need, Solution
from shared.store.mongo import ASCENDING, Database, IndexModel, keep_many_once, keep_once
from shared.visibility import about_solutions, is_public

F = TypeVar("F", bound=Fact)


class ScoringRepositories:
    """Each query here or in the collections' own files, each index beside the query that needs it."""

    def __init__(self, database: Database, framework: str) -> None:
        self._database = database
        self.solutions = FactRepository(database, "solutions", Solution)
        self.needs = FactRepository(database, "needs", Need)
        self.cities = FactRepository(database, "cities", CityProfile)
        self.implementations = FactRepository(database, "implementations", Implementation)
        self.adoptions = FactRepository(database, "adoptions", Adoption)
        self.scores = ScoreRepository(database["scores"], framework)
        self.priors = AreaPriorRepository(database["priors"], framework)
        self.said = ClaimRepository(database["said"])
        self._told = database["told"]
        self._answers = database["answers"]
        self._watches = database["watches"]

    def under(self, framework: str) -> ScoreRepository:
        """The scores under another version of the framework, which stand beside."""
        return ScoreRepository(self._database["scores"], framework)

    def priors_under(self, framework: str) -> AreaPriorRepository:
        """The priors under another version of the framework."""
        return AreaPriorRepository(self._database["priors"], framework)

    async def prepare(self) -> None:
        """Create what the queries need, and read which priors are in force."""
        touched, tags = _index("touched"), _index("tags")
        city, solution = _index("fact.city", "city"), _index("fact.solution", "solution")
        wanted = {
            "solutions": [touched, city],
            "needs": [touched, tags, city],
            "implementations": [solution, city, _index("fact.failure.cause", "cause")],
            "adoptions": [solution, _index("fact.parent", "parent")],
            "scores": INDEXES,
            "priors": [_index("framework")],
            "said": [_index("cause")],
            "told": [_index("solution"), _index("city")],
            "answers": [_index("solution")],
            "watches": [_index("solution"), _index("city")],
        }
        for collection, indexes in wanted.items():
            await self._database.ensure_indexes(collection, indexes)
        await self.priors.refresh()

    async def dossier(self, solution: str) -> Dossier | None:
        """Return all facts about a solution, or None while it has not been heard of."""
        return next(iter(await self.dossiers([solution])), None)

    async def dossiers(self, solutions: Iterable[str]) -> list[Dossier]:
        """Return all facts about each of ``solutions`` that has been heard of, in their order."""
        wanted = list(dict.fromkeys(solutions))
        found = await self.solutions.many(wanted)
        return await self._dossiers([found[solution] for solution in wanted if solution in found])

    async def dossier_of(self, known: KnownFact[Solution]) -> Dossier:
        """Return all facts about a solution that was read or kept just now."""
        (dossier,) = await self._dossiers([known])
        return dossier

    async def _dossiers(self, solutions: Sequence[KnownFact[Solution]]) -> list[Dossier]:
        """All facts about solutions, in two turns for some fifty: most were tried by their own city only."""
        own = {known.fact.city for known in solutions}
        tried, cities = await asyncio.gather(
            self._tried([known.fact.id for known in solutions]), self.cities.many(own)
        )
        begun = [Dossier(known, tuple(tried[known.fact.id])) for known in solutions]
        cities |= await self.cities.many({city for dossier in begun for city in dossier.seen_by} - own)
        return [
            replace(
                dossier,
                cities={city: cities[city] for city in sorted(dossier.seen_by & cities.keys())},
                prior=self.priors.of(dossier.solution.fact.topics),
            )
            for dossier in begun
        ]

    async def _tried(self, solutions: Sequence[str]) -> dict[str, list[KnownFact[Implementation]]]:
        found: dict[str, list[KnownFact[Implementation]]] = defaultdict(list)
        for some in parts_of(solutions, AT_ONCE):
            for known in await self.implementations.where({"fact.solution": {"$in": list(some)}}):
                found[known.fact.solution].append(known)
        return found

    async def depending_on(self, city: str) -> list[str]:
        """Return the solutions whose score looks at ``city``: its own, and those it tried."""
        tried = await self.implementations.where({"fact.city": city})
        own = await self.solutions.where({"fact.city": city})
        return sorted({*(known.fact.solution for known in tried), *(known.fact.id for known in own)})

    async def note_city(self, city: str, revision: int) -> None:
        """Let every replica look at the needs of ``city`` again: what its city says limits a need too."""
        change = {"$max": {"city_revision": revision}, "$currentDate": {"touched": True}}
        await self._database["needs"].update_many({"fact.city": city}, change)

    async def profiles(self, cities: Iterable[str]) -> dict[str, KnownFact[CityProfile]]:
        """Return the public descriptions of ``cities``, by id."""
        found = await self.cities.many(cities)
        return {city: known for city, known in found.items() if known.counts}

    async def public(self, found: Sequence[KnownFact[F]]) -> list[KnownFact[F]]:
        """Return what anybody may see of ``found``: a record about solutions only while these are public."""
        about = {solution for known in found for solution in about_solutions(known.fact)}
        solutions = await self.solutions.many(about) if about else {}
        return [known for known in found if _is_public(known, solutions)]

    async def adopters(self, solution: str) -> frozenset[str]:
        """Return the cities that took a solution up, as it is or in a version of their own."""
        return frozenset(adoption.city for adoption in await self.adoptions_of(solution))

    async def adoptions_of(self, solution: str) -> list[Adoption]:
        """Return the public adoptions of a solution, those of versions derived from it too."""
        own, derived = await asyncio.gather(
            self.adoptions.where({"fact.solution": solution}), self.adoptions.where({"fact.parent": solution})
        )
        return [adoption.fact for adoption in await self.public([*own, *derived])]

    async def told(self, solution: str, keys: Iterable[str]) -> dict[str, LastNotification]:
        """Return what was told about ``solution``, by letter key."""
        wanted = sorted({f"{solution}|{key}" for key in keys})
        found: dict[str, LastNotification] = {}
        for some in parts_of(wanted, AT_ONCE):
            for document in await self._told.find({"_id": {"$in": list(some)}}).to_list(None):
                found[document["_id"].removeprefix(f"{solution}|")] = LastNotification.model_validate(
                    document
                )
        return found

    async def told_where(self, query: Mapping[str, Any], most: int = 0) -> list[LastNotification]:
        """Return what was told to a city, or about a solution; best first."""
        found = await self._told.find(dict(query)).limit(most).to_list(None)
        told = [LastNotification.model_validate(document) for document in found]
        return sorted(told, key=lambda one: (-one.fit, one.solution, one.need))

    async def keep_first_told(self, told: Mapping[str, LastNotification]) -> frozenset[str]:
        """Keep what is told for the first time, by letter key; return the keys that nobody told before."""
        documents = {f"{one.solution}|{key}": (key, one.model_dump(mode="json")) for key, one in told.items()}
        new = await keep_many_once(
            self._told, [{"_id": name, **document} for name, (_, document) in documents.items()]
        )
        return frozenset(documents[document["_id"]][0] for document in new)

    async def keep_told(self, key: str, told: LastNotification, before: LastNotification) -> bool:
        """Keep what is told anew; False where somebody else told something since ``before``."""
        done = await self._told.update_one(
            {"_id": f"{told.solution}|{key}", "token": before.token}, {"$set": told.model_dump(mode="json")}
        )
        return bool(done.matched_count)

    async def keep_answer(self, answer: MatchAnswered) -> None:
        """Keep what an official answered, once."""
        await keep_once(self._answers, {"_id": answer.message_id, **answer.model_dump(mode="json")})

    async def objections(self, solution: str) -> dict[str, frozenset[str]]:
        """Return the units that cities said they lack for ``solution``, by city."""
        found: dict[str, set[str]] = defaultdict(set)
        for document in await self._answers.find({"solution": solution}).to_list(None):
            if document["unit"] is not None and document["answer"] == "not_for_us":
                found[document["city"]].add(document["unit"])
        return {city: frozenset(units) for city, units in found.items()}

    async def keep_watch(self, watch: Watch) -> bool:
        """Keep what a city waits for; returns whether it was new."""
        document = {"city": watch.city, "solution": watch.solution, "condition": watch.condition.value}
        return await keep_once(self._watches, {"_id": watch.identity, **document})

    async def end_watch(self, watch: Watch) -> bool:
        """Let a city wait no longer; returns whether it did."""
        return bool((await self._watches.delete_one({"_id": watch.identity})).deleted_count)

    async def open_watches(self, city: str) -> int:
        """Return how many things a city still waits for."""
        found = await self._watches.find({"city": city}, {"_id": 1}).to_list(None)
        waiting = [str(each["_id"]) for each in found]
        told = [await self.said.told(WatchFired, some) for some in parts_of(waiting, AT_ONCE)]
        return len(waiting) - sum(map(len, told))

    async def watches(self, solution: str) -> Sequence[Watch]:
        """Return what cities wait for of ``solution``."""
        found = await self._watches.find({"solution": solution}).to_list(None)
        return [Watch(each["city"], each["solution"], Condition(each["condition"])) for each in found]

    async def counts(self) -> dict[str, int]:
        """Return how many solutions have a score, how many matches were told, how many needs stand."""
        return {
            "scored": await self.scores.count(),
            "matched": int(await self._told.count_documents({})),
            "needs": await self.needs.count(),
        }


def _is_public(known: KnownFact[F], solutions: Mapping[str, KnownFact[Solution]]) -> bool:
    about = [solutions[each].status for each in about_solutions(known.fact) if each in solutions]
    return is_public(known.status, known.recorded.date(), about)


def _index(field: str, name: str | None = None) -> IndexModel:
    return IndexModel([(field, ASCENDING)], name=name or field)
