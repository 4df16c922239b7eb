"""A failure that names the official's city, with the replies beside it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from services.notifications.application.repositories import NotificationRepositories
from services.notifications.domain.desk.records import RecordChange, by_id, changes
from services.notifications.domain.desk.replies import SentReply, may_reply, sent_replies
from services.notifications.domain.letters.base import title_for
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.officials import Official
from shared.events import Reply
from shared.facts import Implementation, Solution


class FailurePage(NamedTuple):
    """The attempt, its replies, what was changed after them, and what the city sent itself."""

    attempt: Implementation
    title: LocalizedText
    city: str
    replies: tuple[Reply, ...]
    reply_cities: Mapping[str, str]
    changes: tuple[RecordChange, ...]
    sent: tuple[SentReply, ...]


class RepliesIn(NamedTuple):
    """The replies to one city's failure: the name of that city, and those of the cities that reply."""

    city: str
    replies: tuple[Reply, ...]
    names: Mapping[str, str]


class RepliesToFailures:
    """Reads what was said to failures, while these may be told of."""

    def __init__(self, store: NotificationRepositories) -> None:
        self._store = store

    async def find(self, attempt: str, official: Official, now: datetime) -> FailurePage | None:
        """Return a failure that names the official's city; None for any other, or where it is hidden."""
        record = await self._store.city_records.find("outcome", attempt)
        if record is None or not isinstance(record.fact, Implementation):
            return None
        if await self._store.records.hidden([record.key], official.city, now):
            return None
        fact = record.fact
        solutions = await self._store.city_records.solutions([fact.solution])
        solution = next((each.fact for each in solutions if isinstance(each.fact, Solution)), None)
        if not may_reply(official, fact, solution.city if solution else None):
            return None
        title = title_for(solution, official.speaks()) if solution else by_id(fact.solution)
        sent = await self._store.sent_messages.about(record.key, official.city)
        return FailurePage(
            fact,
            title,
            await self._store.city_name(fact.city),
            record.replies,
            await self.names(record.replies),
            changes(record.history),
            sent_replies(sent, record.replies),
        )

    async def at(self, solution: str, city: str, now: datetime) -> list[RepliesIn]:
        """Return the replies to every attempt at ``solution`` that ``city`` may be told of now."""
        attempts = await self._store.records.attempts_at(solution)
        replied = {f"outcome|{each.subject}": each for each in attempts if each.replies}
        hidden = await self._store.records.hidden(replied, city, now) if replied else frozenset()
        return [
            RepliesIn(
                await self._store.city_name(each.implementation.city),
                each.replies,
                await self.names(each.replies),
            )
            for key, each in replied.items()
            if key not in hidden
        ]

    async def names(self, replies: Iterable[Reply]) -> dict[str, str]:
        """Return the names of the cities that reply."""
        return {city: await self._store.city_name(city) for city in {reply.city for reply in replies}}

    async def beside(self, attempts: Iterable[str]) -> dict[str, tuple[Reply, ...]]:
        """Return the replies to ``attempts`` by their ids, for who may be told of these."""
        return await self._store.city_records.replies(attempts)
