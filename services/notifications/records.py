"""What the service knows of others' records: enough to see that a letter may still go, and to hand over."""

from datetime import date, datetime
from typing import Any

from shared.events import CityRecorded, OutcomeRecorded, SolutionRecorded
from shared.facts import CityProfile, Implementation, Solution
from shared.mongo import ASCENDING, Database, IndexModel, keep_newest


class Records:
    """Solutions, attempts and cities in their newest state."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._solutions, self._attempts = database["solutions"], database["attempts"]
        self._cities = database["cities"]

    async def prepare(self) -> None:
        """Create what the queries below need."""
        for collection in ("solutions", "attempts"):
            await self._database.ensure_indexes(collection, [IndexModel([("city", ASCENDING)], name="city")])
        handover = IndexModel([("next_election", ASCENDING)], name="next_election")
        await self._database.ensure_indexes("cities", [handover])

    async def keep_solution(self, event: SolutionRecorded) -> None:
        """Keep a solution; an older revision changes nothing."""
        document = {
            "city": event.solution.city,
            "state": event.state,
            "embargo_until": event.embargo_until.isoformat() if event.embargo_until else None,
            "fact": event.solution.model_dump(mode="json"),
        }
        await keep_newest(self._solutions, event.solution.id, event.revision, document)

    async def keep_attempt(self, event: OutcomeRecorded) -> None:
        """Keep one city's attempt."""
        fact = event.implementation
        document = {"city": fact.city, "state": event.state, "fact": fact.model_dump(mode="json")}
        await keep_newest(self._attempts, event.subject, event.revision, document)

    async def keep_city(self, event: CityRecorded) -> None:
        """Keep a city's description and the day of its next election."""
        ahead = event.city.next_election
        document = {
            "state": event.state,
            "next_election": ahead.isoformat() if ahead else None,
            "fact": event.city.model_dump(mode="json"),
        }
        await keep_newest(self._cities, event.city.id, event.revision, document)

    async def hidden(self, solution: str, now: datetime) -> bool:
        """Whether a solution was withdrawn or is under an embargo; one never heard of is not."""
        found = await self._solutions.find_one({"_id": solution}, {"state": 1, "embargo_until": 1})
        return found is not None and _hidden(found, now)

    async def shared_by(self, city: str) -> list[tuple[Solution, Implementation | None]]:
        """What a city shared and did not withdraw, each with the city's own attempt; embargoed ones too."""
        standing = {"city": city, "state": {"$ne": "withdrawn"}}
        solutions = await self._solutions.find(standing, {"fact": 1}).to_list(None)
        attempts = await self._attempts.find(standing, {"fact": 1}).to_list(None)
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


def _hidden(found: dict[str, Any], now: datetime) -> bool:
    until = found.get("embargo_until")
    embargoed = until is not None and now.date() < date.fromisoformat(until)
    return found["state"] == "withdrawn" or embargoed
