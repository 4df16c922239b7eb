"""What one replica holds in memory: all standing needs and all solutions, indexed, and as new as the store.

A replica asks the store what was written since it last looked, before each search. The writer of a fact
searches after it wrote, and so does the writer of the other: of a solution and a need that arrive in the same
instant at two replicas, at least one finds the other.
"""

import asyncio
from datetime import datetime

from services.scoring import metrics
from services.scoring.domain.facts import Known
from services.scoring.domain.matching.answers import SolutionIndex
from services.scoring.domain.matching.index import Index
from services.scoring.domain.matching.limits import Limits
from services.scoring.domain.matching.vocabulary import Vocabulary
from services.scoring.store import Store
from shared.facts import CityProfile, Need, Solution


class Memory:
    """The indexes of this replica."""

    def __init__(self, store: Store, vocabulary: Vocabulary) -> None:
        self._store = store
        self.needs = Index(vocabulary)
        self.solutions = SolutionIndex(vocabulary)
        self._needs_seen: datetime | None = None
        self._solutions_seen: datetime | None = None
        self._lock = asyncio.Lock()

    async def refresh(self) -> None:
        """Read what was written since the last look; at the start, everything."""
        async with self._lock:
            await self._refresh_needs()
            await self._refresh_solutions()
            metrics.refreshed(len(self.needs), len(self.solutions))

    async def _refresh_needs(self) -> None:
        written, self._needs_seen = await self._store.needs.since(self._needs_seen)
        fresh = [known for known in written if self._is_news(known)]
        cities = await self._store.cities.many({known.fact.city for known in fresh})
        for known in fresh:
            city = cities.get(known.fact.city)
            self._place_need(known, city.fact if city else None)

    def _is_news(self, known: Known[Need]) -> bool:
        return self.needs.versions.revisions.get(known.fact.id) != known.revision

    def _place_need(self, known: Known[Need], city: CityProfile | None) -> None:
        if known.state == "withdrawn":
            self.needs.remove(known.fact.id, revision=known.revision)
        else:
            self.needs.put(known.fact, city, revision=known.revision)

    async def _refresh_solutions(self) -> None:
        written, self._solutions_seen = await self._store.solutions.since(self._solutions_seen)
        for known in written:
            if self.solutions.versions.revisions.get(known.fact.id) != known.revision:
                self._place_solution(known)

    def _place_solution(self, known: Known[Solution]) -> None:
        if known.counts:
            limits = Limits(city=known.fact.city, cost=known.fact.cost)
            self.solutions.put(known.fact, limits, revision=known.revision)
        else:
            self.solutions.remove(known.fact.id, revision=known.revision)
