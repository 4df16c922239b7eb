"""The log of an official: what they were told, what not, and why; from what is stored and nothing else."""

from datetime import UTC, datetime
from typing import NamedTuple

from services.notifications.application.repositories import NotificationRepositories
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.notification_reasons import LogEntry, explanation
from services.notifications.domain.officials import Official

MOST = 500


class LogLine(NamedTuple):
    """A line of an official's log, with the title of the solution."""

    entry: LogEntry
    title: LocalizedText


class NotificationLog:
    """Who was considered for which match, and how far each letter came."""

    def __init__(self, store: NotificationRepositories) -> None:
        self._store = store

    async def of_official(self, official: Official) -> list[LogLine]:
        """Return what an official was told and what not, newest first; nothing of what is hidden now."""
        suppressed = await self._is_suppressed(official.email)
        matches = await self._store.considered.of_official(official.id, MOST)
        letters = await self._store.letters.posted(official.id, most=MOST)
        titles = {match.considered.solution: match.title for match in matches}
        keys = [f"solution|{solution}" for solution in titles]
        hidden = await self._store.records.hidden(keys, official.city, datetime.now(UTC))
        considered = [match.considered for match in matches]
        lines = [
            LogLine(entry, title)
            for solution, title in titles.items()
            if f"solution|{solution}" not in hidden
            for entry in explanation(solution, considered, letters, suppressed=suppressed)
        ]
        return sorted(lines, key=lambda line: line.entry.at, reverse=True)

    async def about(self, email: str, solution: str) -> list[LogEntry] | None:
        """Return what was told at an address of one solution and what not, oldest first.

        None where no official has the address.
        """
        officials = await self._store.officials.find_by_address(email)
        if not officials:
            return None
        suppressed = await self._is_suppressed(email)
        entries = [
            entry
            for official in officials
            for entry in await self._about(official, solution, suppressed=suppressed)
        ]
        return sorted(entries, key=lambda entry: entry.at)

    async def _about(self, official: Official, solution: str, *, suppressed: bool) -> tuple[LogEntry, ...]:
        considered = await self._store.considered.about(official.id, solution)
        letters = await self._store.letters.posted(official.id, solution)
        return explanation(solution, considered, letters, suppressed=suppressed)

    async def _is_suppressed(self, email: str) -> bool:
        return (await self._store.address_statuses.find(email)).stopped is not None
