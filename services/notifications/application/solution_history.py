"""What became of a solution in each city, and who took it over, as far as a city may be told."""

from datetime import UTC, datetime
from typing import NamedTuple

from services.notifications.application.repositories import NotificationRepositories
from services.notifications.domain.letter_content import FailedAttempt, attempted, name_in
from services.notifications.domain.lineage import share_kept


class AdoptionLine(NamedTuple):
    """A city that took a solution over, and how much of it was kept, in percent."""

    city: str
    kind: str
    kept: float | None


class SolutionHistory(NamedTuple):
    """What became of a solution in each city, and who has it."""

    attempts: tuple[FailedAttempt, ...] = ()
    taken: tuple[AdoptionLine, ...] = ()


class SolutionHistories:
    """Reads histories from the records as they are known."""

    def __init__(self, store: NotificationRepositories) -> None:
        self._store = store

    async def find(self, solution: str, city: str) -> SolutionHistory:
        """Return what became of ``solution`` in other cities, as far as ``city`` may be told of it now."""
        records = self._store.records
        attempts = [event.implementation for event in await records.attempts_at(solution)]
        adoptions = [event.adoption for event in await records.adoptions_of(solution)]
        keys = [f"outcome|{solution}|{attempt.city}" for attempt in attempts]
        keys += [f"adoption|{adoption.solution}|{adoption.city}" for adoption in adoptions]
        hidden = await records.hidden(keys, city, datetime.now(UTC))
        attempts = [
            attempt
            for attempt in attempts
            if attempt.city != city and f"outcome|{solution}|{attempt.city}" not in hidden
        ]
        adoptions = [
            adoption
            for adoption in adoptions
            if f"adoption|{adoption.solution}|{adoption.city}" not in hidden
        ]
        cities = {attempt.city for attempt in attempts} | {adoption.city for adoption in adoptions}
        names = {city: await self._store.city_name(city) for city in cities}
        taken = (
            AdoptionLine(name_in(names, adoption.city), adoption.kind, share_kept(adoption))
            for adoption in adoptions
        )
        return SolutionHistory(tuple(attempted(attempt, names) for attempt in attempts), tuple(sorted(taken)))
