"""Cities like an official's own, with what each of them shares publicly."""

from datetime import date
from typing import NamedTuple

from services.notifications.application.ports import ScoringQueries, SimilarCity
from services.notifications.application.repositories import NotificationRepositories
from shared.facts import Solution

MOST_SHARED = 3


class PeerLine(NamedTuple):
    """A city like ours, some of what it shares, and how much that is in all."""

    peer: SimilarCity
    shared: tuple[Solution, ...]
    total: int


class Peers:
    """Asks scoring which cities are alike, and shows only what of them is public now."""

    def __init__(self, store: NotificationRepositories, scoring: ScoringQueries) -> None:
        self._store, self._scoring = store, scoring

    async def of_city(self, city: str, day: date) -> list[PeerLine] | None:
        """Return the cities most like ``city``, best first; None where scoring cannot be asked."""
        peers = await self._scoring.peers(city)
        return None if peers is None else [await self._line(peer, day) for peer in peers]

    async def _line(self, peer: SimilarCity, day: date) -> PeerLine:
        shared = [solution.id for solution, _ in await self._store.records.shared_by(peer.city)]
        public = await self._store.public_records.solutions(shared, day)
        newest = sorted(public.values(), key=lambda record: record.recorded, reverse=True)
        return PeerLine(peer, tuple(record.solution for record in newest[:MOST_SHARED]), len(newest))
