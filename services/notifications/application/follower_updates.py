"""Stores what is recorded of solutions, and tells the cities that have one what becomes of it.

In whatever order a solution, who took it over and where it failed are heard, the same is told: each is stored
first, and what was heard before it is looked at again. Only a new version is compared with what was known
before, so it is stored after its letters are. A crash in between is repaired by hearing the message again,
and the letters' ids see that nobody reads anything twice.
"""

from datetime import date, datetime

from services.notifications.application.ports import FindReaders, SendLetter
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.domain.known_records import TIME_NOT_KNOWN, KnownSolution
from services.notifications.domain.letter_content import attempted
from services.notifications.domain.letters import lineage
from services.notifications.domain.letters.lineage import LineageEvent, Version
from services.notifications.domain.lineage import (
    SolutionFollower,
    differences,
    failed,
    followers,
    improved,
    source_of,
)
from shared.events import AdoptionRecorded, OutcomeRecorded, SolutionRecorded
from shared.facts import Solution
from shared.visibility import PUBLISHED


class FollowerUpdates:
    """Stores records as they come in, and entrusts letters about what those who have it should know."""

    def __init__(self, store: NotificationRepositories, find_readers: FindReaders, send: SendLetter) -> None:
        self._store, self._records = store, store.records
        self._find_readers, self._send = find_readers, send

    async def save_solution(self, event: SolutionRecorded) -> None:
        """Store a solution that its city recorded, changed or withdrew; tell those who have it."""
        before = await self._records.solution(event.solution.id)
        if before:
            await self._tell_change(before, event)
        await self._records.save_solution(event)
        if event.outcome is not None:
            # After its solution, which may hide it. Its own event tells those who have the solution.
            await self._records.save_attempt(event.outcome)
        if (
            before is None
            or before.revision == event.revision
            or not before.is_public_on(event.recorded.date())
        ):
            await self._catch_up(event.solution.id)

    async def save_attempt(self, event: OutcomeRecorded) -> None:
        """Store how a city's attempt stands; tell those who have the same where it failed."""
        await self._records.save_attempt(event)
        await self._tell_failure(event)

    async def save_adoption(self, event: AdoptionRecorded) -> None:
        """Store that a city took a solution over: its source hears of each, the others of improvements."""
        await self._records.save_adoption(event)
        await self._tell_version(event)
        if source := source_of(event.adoption):
            await self._tell_failures(source)

    async def _catch_up(self, solution: str) -> None:
        for event in await self._records.adoptions_of(solution):
            await self._tell_version(event)
        await self._tell_failures(solution)

    async def _tell_change(self, before: KnownSolution, event: SolutionRecorded) -> None:
        if before.revision >= event.revision or not before.is_public_on(event.recorded.date()):
            return
        if event.state == "withdrawn":
            news = LineageEvent("withdrawn", str(event.revision), event.recorded)
        else:
            changed = differences(before.solution, event.solution)
            if not changed or not KnownSolution.of(event).is_public_on(event.recorded.date()):
                return
            news = LineageEvent("updated", str(event.revision), event.recorded, changed)
        await self._tell(event.solution, news, but=event.solution.city)

    async def _tell_failures(self, solution: str) -> None:
        for event in await self._records.attempts_at(solution):
            await self._tell_failure(event)

    async def _tell_failure(self, event: OutcomeRecorded) -> None:
        fact = event.implementation
        solution = await self._public(fact.solution, event.recorded.date()) if failed(event) else None
        if solution is None:
            return
        names = {fact.city: await self._store.city_name(fact.city)}
        attempt = attempted(fact, names)
        news = LineageEvent("failed", fact.city, event.recorded, failed=attempt, tried=fact)
        await self._tell(solution, news, but=fact.city)

    async def _tell_version(self, event: AdoptionRecorded) -> None:
        fact, source = event.adoption, source_of(event.adoption)
        may_tell = (
            source and event.state in PUBLISHED and not await self._hides(fact.solution, event.recorded)
        )
        solution = await self._public(source, event.recorded.date()) if source and may_tell else None
        if solution is None:
            return
        version = Version(fact, await self._store.city_name(fact.city))
        news = LineageEvent("version", f"{fact.solution}|{fact.city}", event.recorded, version=version)
        await self._tell(solution, news, but=fact.city, all_of_them=improved(event))

    async def _public(self, solution: str, day: date) -> Solution | None:
        """A solution, where anybody may be told of it."""
        known = await self._records.solution(solution)
        return known.solution if known and known.is_public_on(day) else None

    async def _hides(self, solution: str, at: datetime) -> bool:
        """Whether a solution was recorded and may not be told of: a version that is not public yet."""
        return bool(await self._records.hidden([f"solution|{solution}"], "", at))

    async def _tell(
        self, solution: Solution, news: LineageEvent, but: str, *, all_of_them: bool = True
    ) -> None:
        if news.at == TIME_NOT_KNOWN:
            return  # who had it then is not known, and those who do know what happened
        source_city = await self._store.city_name(solution.city)
        adoptions = await self._records.adoptions_of(solution.id)
        before = [adopted.adoption for adopted in adoptions if adopted.recorded <= news.at]
        for follower in followers(solution, before, but):
            if all_of_them or follower.took is None:
                await self._write(news, solution, source_city, follower)

    async def _write(
        self, news: LineageEvent, solution: Solution, source_city: str, follower: SolutionFollower
    ) -> None:
        for official in await self._find_readers(follower.city, news.at.date()):
            await self._send(lineage.write(news, solution, source_city, follower, official))
