"""Keeps what is heard of solutions, and tells the cities that have one what becomes of it.

In whatever order a solution, who took it over and where it failed are heard, the same is told: each is kept
first, and what was heard before it is looked at again. Only a new version is judged against what was known
before, so it is kept after its letters are. A crash in between is repaired by hearing the message again, and
the letters' ids see that nobody reads anything twice.
"""

from collections.abc import Awaitable, Callable
from datetime import date, datetime

from services.notifications.adapters.mongo.known_records import LONG_AGO, KnownRecordRepository, KnownSolution
from services.notifications.domain.letter_content import attempted
from services.notifications.domain.letters import lineage
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.lineage import LineageEvent, Version
from services.notifications.domain.lineage import (
    SolutionFollower,
    differences,
    failed,
    followers,
    improved,
    source_of,
)
from services.notifications.domain.officials import Official
from shared.events import AdoptionRecorded, OutcomeRecorded, SolutionRecorded
from shared.facts import Solution
from shared.visibility import PUBLISHED

Readers = Callable[[str, date], Awaitable[list[Official]]]


class FollowerUpdates:
    """Keeps records as they come in, and entrusts letters about what those who have it should know."""

    def __init__(
        self, records: KnownRecordRepository, readers: Readers, send: Callable[[Letter], Awaitable[object]]
    ) -> None:
        self._records, self._readers, self._send = records, readers, send

    async def solution(self, event: SolutionRecorded) -> None:
        """A solution was recorded, changed or withdrawn by its city."""
        before = await self._records.solution(event.solution.id)
        if before:
            await self._tell_change(before, event)
        await self._records.keep_solution(event)
        if before is None or before.revision == event.revision or not before.open_on(event.recorded.date()):
            await self._catch_up(event.solution.id)

    async def attempt(self, event: OutcomeRecorded) -> None:
        """A city said how its attempt stands."""
        await self._records.keep_attempt(event)
        await self._tell_failure(event)

    async def adoption(self, event: AdoptionRecorded) -> None:
        """A city took a solution over: its source hears of each, the others of what was improved."""
        await self._records.keep_adoption(event)
        await self._tell_version(event)
        if source := source_of(event.adoption):
            await self._tell_failures(source)

    async def _catch_up(self, solution: str) -> None:
        for event in await self._records.adoptions_of(solution):
            await self._tell_version(event)
        await self._tell_failures(solution)

    async def _tell_change(self, before: KnownSolution, event: SolutionRecorded) -> None:
        if before.revision >= event.revision or not before.open_on(event.recorded.date()):
            return
        if event.state == "withdrawn":
            told = LineageEvent("withdrawn", str(event.revision), event.recorded)
        else:
            changed = differences(before.solution, event.solution)
            if not changed or not KnownSolution.of(event).open_on(event.recorded.date()):
                return
            told = LineageEvent("updated", str(event.revision), event.recorded, changed)
        await self._tell(event.solution, told, but=event.solution.city)

    async def _tell_failures(self, solution: str) -> None:
        for event in await self._records.attempts_at(solution):
            await self._tell_failure(event)

    async def _tell_failure(self, event: OutcomeRecorded) -> None:
        fact = event.implementation
        known = await self._open(fact.solution, event.recorded.date()) if failed(event) else None
        if known is None:
            return
        names = {fact.city: await self._records.name_of(fact.city)}
        went = attempted(fact, names)
        told = LineageEvent("failed", fact.city, event.recorded, failed=went, tried=fact)
        await self._tell(known, told, but=fact.city)

    async def _tell_version(self, event: AdoptionRecorded) -> None:
        fact, source = event.adoption, source_of(event.adoption)
        told_of = source and event.state in PUBLISHED and not await self._hides(fact.solution, event.recorded)
        known = await self._open(source, event.recorded.date()) if source and told_of else None
        if known is None:
            return
        version = Version(fact, await self._records.name_of(fact.city))
        told = LineageEvent("version", f"{fact.solution}|{fact.city}", event.recorded, version=version)
        await self._tell(known, told, but=fact.city, all_of_them=improved(event))

    async def _open(self, solution: str, day: date) -> Solution | None:
        """A solution that may be spoken of."""
        known = await self._records.solution(solution)
        return known.solution if known and known.open_on(day) else None

    async def _hides(self, solution: str, at: datetime) -> bool:
        """Whether a solution was recorded and may not be told of: a version that is not public yet."""
        return bool(await self._records.hidden([f"solution|{solution}"], "", at))

    async def _tell(
        self, solution: Solution, told: LineageEvent, but: str, *, all_of_them: bool = True
    ) -> None:
        if told.at == LONG_AGO:
            return  # who had it then is not known, and those who do know what happened
        source_city = await self._records.name_of(solution.city)
        adoptions = await self._records.adoptions_of(solution.id)
        before = [one.adoption for one in adoptions if one.recorded <= told.at]
        for follower in followers(solution, before, but):
            if all_of_them or follower.took is None:
                await self._write(told, solution, source_city, follower)

    async def _write(
        self, told: LineageEvent, solution: Solution, source_city: str, follower: SolutionFollower
    ) -> None:
        for official in await self._readers(follower.city, told.at.date()):
            await self._send(lineage.write(told, solution, source_city, follower, official))
