"""What the service knows of others' records: enough to see that a letter may still go, and to hand over."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from services.notifications.adapters.mongo.visible_records import VisibleRecordQueries, status_of
from shared.events import (
    AdoptionRecorded,
    CityRecorded,
    NeedRecorded,
    OutcomeRecorded,
    SolutionRecorded,
    State,
)
from shared.facts import CityProfile, Fact, Implementation, Solution
from shared.store.mongo import ASCENDING, Database, IndexModel, keep_newest
from shared.visibility import PUBLISHED, Status, is_public, may_tell

STANDING = ("revision", "state", "recorded")
LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""When a word was said that was kept before its time was."""


class KnownSolution(NamedTuple):
    """A solution as it was recorded last."""

    solution: Solution
    state: State
    revision: int
    embargo_until: date | None = None

    @classmethod
    def of(cls, event: SolutionRecorded) -> "KnownSolution":
        """The solution as ``event`` records it."""
        return cls(event.solution, event.state, event.revision, event.embargo_until)

    def open_on(self, day: date) -> bool:
        """Whether anybody may be told of it."""
        return is_public(Status(self.state, self.solution.city, self.embargo_until), day)


class KnownRecordRepository:
    """Solutions, attempts and cities in their newest state."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._solutions, self._attempts = database["solutions"], database["attempts"]
        self._adoptions = database["adoptions"]
        self._cities = database["cities"]
        self._visible = VisibleRecordQueries(database)

    async def prepare(self) -> None:
        """Create what the queries below need."""
        by_city, at = (IndexModel([(name, ASCENDING)], name=name) for name in ("city", "fact.solution"))
        await self._database.ensure_indexes("solutions", [by_city])
        await self._database.ensure_indexes("attempts", [by_city, at])
        by_source = [IndexModel([(name, ASCENDING)], name=name) for name in ("fact.solution", "fact.parent")]
        await self._database.ensure_indexes("adoptions", by_source)
        handover = IndexModel([("next_election", ASCENDING)], name="next_election")
        await self._database.ensure_indexes("cities", [handover])
        matched = IndexModel([("match.city", ASCENDING)], name="match_city")
        await self._database.ensure_indexes("cards", [matched])

    async def keep_solution(self, event: SolutionRecorded) -> None:
        """Keep a solution; an older revision changes nothing."""
        document = {
            "city": event.solution.city,
            "state": event.state,
            "embargo_until": event.embargo_until.isoformat() if event.embargo_until else None,
            "fact": event.solution.model_dump(mode="json"),
        }
        await keep_newest(self._solutions, event.solution.id, event.revision, document)

    async def keep_need(self, event: NeedRecorded) -> None:
        """Keep how a need stands; what it says comes with the matches it is told in."""
        document = {"city": event.need.city, "state": event.state}
        await keep_newest(self._database["needs"], event.need.id, event.revision, document)

    async def keep_attempt(self, event: OutcomeRecorded) -> None:
        """Keep one city's attempt."""
        fact = event.implementation
        await keep_newest(
            self._attempts, event.subject, event.revision, {"city": fact.city, **_word(event, fact)}
        )

    async def keep_adoption(self, event: AdoptionRecorded) -> None:
        """Keep who took what over from whom."""
        await keep_newest(self._adoptions, event.subject, event.revision, _word(event, event.adoption))

    async def keep_city(self, event: CityRecorded) -> None:
        """Keep a city's description and the day of its next election."""
        ahead = event.city.next_election
        document = {
            "state": event.state,
            "next_election": ahead.isoformat() if ahead else None,
            "fact": event.city.model_dump(mode="json"),
        }
        await keep_newest(self._cities, event.city.id, event.revision, document)

    async def hidden(self, keys: Iterable[str], city: str, now: datetime) -> frozenset[str]:
        """Which records, by key, a letter or page for ``city`` may not tell of; unknown ones it may."""
        return await self._visible.hidden(keys, city, now.date())

    async def solution(self, solution: str) -> KnownSolution | None:
        """A solution as it was recorded last; None where it was never heard of."""
        found = await self._solutions.find_one({"_id": solution})
        if found is None:
            return None
        until = found.get("embargo_until")
        day = date.fromisoformat(until) if until else None
        return KnownSolution(Solution.model_validate(found["fact"]), found["state"], found["revision"], day)

    async def attempts_at(self, solution: str) -> list[OutcomeRecorded]:
        """What was published of attempts at a solution, by city."""
        found = await self._attempts.find({"fact.solution": solution}).to_list(None)
        published = (one for one in found if _published(one))
        told = [OutcomeRecorded(implementation=one["fact"], **_standing(one)) for one in published]
        return sorted(told, key=lambda one: one.implementation.city)

    async def adoptions_of(self, solution: str) -> list[AdoptionRecorded]:
        """What was published of cities that took a solution over, in versions of their own too."""
        # One question for each index: asked for either at once, the embedded store looks at everything.
        asked = ({"fact.solution": solution}, {"fact.parent": solution})
        found = await asyncio.gather(*(self._adoptions.find(one).to_list(None) for one in asked))
        taken = {str(one["_id"]): one for part in found for one in part if _published(one)}
        return [AdoptionRecorded(adoption=one["fact"], **_standing(one)) for one in taken.values()]

    async def name_of(self, city: str) -> str:
        """What a city calls itself, or what it was called when something was matched to it; else its id."""
        found = await self.city(city)
        if found is not None:
            return found.name
        matched = await self._database["cards"].find_one({"match.city": city}, {"match.city_name": 1})
        return str(matched["match"]["city_name"]) if matched else city

    async def shared_by(self, city: str) -> list[tuple[Solution, Implementation | None]]:
        """What a city shared and did not withdraw, each with the city's own attempt; embargoed ones too."""
        mine = {"city": city}
        solutions = [one for one in await self._solutions.find(mine).to_list(None) if _for_its_city(one)]
        attempts = [one for one in await self._attempts.find(mine).to_list(None) if _for_its_city(one)]
        own = {one["fact"]["solution"]: Implementation.model_validate(one["fact"]) for one in attempts}
        return [(Solution.model_validate(one["fact"]), own.get(one["_id"])) for one in solutions]

    async def transitions(self, since: date, until: date) -> list[tuple[str, date]]:
        """The cities whose election was after ``since`` and is past on ``until``, with its day."""
        due = {"$gt": since.isoformat(), "$lt": until.isoformat()}
        found = await self._cities.find({"next_election": due}, {"next_election": 1}).to_list(None)
        return [(str(one["_id"]), date.fromisoformat(one["next_election"])) for one in found]

    async def city(self, city: str) -> CityProfile | None:
        """A city as it described itself last."""
        found = await self._cities.find_one({"_id": city}, {"fact": 1})
        return CityProfile.model_validate(found["fact"]) if found else None


def _word(event: OutcomeRecorded | AdoptionRecorded, fact: Fact) -> dict[str, Any]:
    return {
        "state": event.state,
        "recorded": event.recorded.isoformat(),
        "fact": fact.model_dump(mode="json"),
    }


def _published(found: dict[str, Any]) -> bool:
    return found["state"] in PUBLISHED


def _for_its_city(found: dict[str, Any]) -> bool:
    """Whether its own city may be told of it, on whatever day."""
    status = status_of(found)
    return may_tell(status.city, status, date.max)


def _standing(found: dict[str, Any]) -> dict[str, Any]:
    return {"recorded": LONG_AGO, **{name: found[name] for name in STANDING if name in found}}
