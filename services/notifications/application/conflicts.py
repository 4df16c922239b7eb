"""What others sent about the records of a city and was not accepted, as its officials read it."""

from datetime import datetime
from typing import NamedTuple

from services.notifications.application.repositories import NotificationRepositories
from services.notifications.application.stored_models import StoredConflict
from services.notifications.domain.letters.base import title_for
from services.notifications.domain.localized_texts import UNKNOWN, LocalizedText
from services.notifications.domain.officials import Official
from shared.facts import UNRESOLVED


class ConflictLine(NamedTuple):
    """What others sent about a record of a city: its title or id, and the name of the city it was sent for.

    ``sent_for`` is None where another publisher sent it for the record's own city, or for none.
    """

    at: datetime
    title: LocalizedText
    sent_for: str | None


class Conflicts:
    """Reads conflicts for officials."""

    def __init__(self, store: NotificationRepositories) -> None:
        self._store = store

    async def for_official(self, official: Official) -> list[ConflictLine]:
        """Return the conflicts about the records of the official's city, newest first."""
        conflicts = await self._store.conflicts.of_city(official.city)
        return [await self._line(conflict, official) for conflict in conflicts]

    async def _line(self, conflict: StoredConflict, official: Official) -> ConflictLine:
        kind, _, name = conflict.record.partition("|")
        solution = await self._store.records.solution(name) if kind == "solution" else None
        text = LocalizedText(text=name or conflict.record, language=UNKNOWN)
        title = title_for(solution.solution, official.speaks()) if solution else text
        foreign = conflict.sent_for not in (official.city, UNRESOLVED)
        sent_for = await self._store.city_name(conflict.sent_for) if foreign else None
        return ConflictLine(conflict.at, title, sent_for)
