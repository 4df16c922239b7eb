"""The catalogue of this replica: every solution that anybody may see, by facet, and as new as the store.

Solutions, attempts and scores are written one after the other, and each decides what a solution is listed
with. So a replica looks at what was written of all three before it answers.
"""

import asyncio
from collections.abc import Iterable, Sequence

from services.scoring.application.index_sync import SOME, ChangeFeed
from services.scoring.application.repositories import ScoringRepositories
from services.scoring.domain.diffusion import Rates
from services.scoring.domain.facts import Dossier
from services.scoring.domain.scores import ListedScore
from services.scoring.domain.search.facets import (
    FacetAnswer,
    FacetSearch,
    FacetTable,
    ListedSolution,
    listed_solution,
)
from services.scoring.domain.search.suppliers import supplier_of


class CatalogueIndex:
    """The table of facets, kept up to the store."""

    def __init__(self, store: ScoringRepositories, rates: Rates) -> None:
        self._store, self._rates = store, rates
        self.table = FacetTable()
        self._solutions = ChangeFeed(store.solutions, self._see)
        self._attempts = ChangeFeed(store.implementations, self._see_attempts)
        self._scores = ChangeFeed(store.scores, self._see)
        self._began = asyncio.Lock()

    async def refresh(self) -> None:
        """Read what was written before this call; at the start, everything."""
        async with self._began:
            if self._solutions.seen is None:
                # The solutions are read with their attempts and scores: only what is written since is new.
                self._attempts.seen = (await self._store.implementations.since(None))[1]
                self._scores.seen = (await self._store.scores.since(None))[1]
                await self._solutions.read()
                return
        await self._solutions.read()
        await self._attempts.read()
        await self._scores.read()

    async def find(self, search: FacetSearch) -> FacetAnswer:
        """Return what has all that is asked for; in a thread, because a hundred thousand take their time."""
        return await asyncio.to_thread(self.table.find, search)

    async def _see_attempts(self, keys: Sequence[str]) -> None:
        await self._see([*dict.fromkeys(key.rpartition("|")[0] for key in keys)])

    async def _see(self, solutions: Sequence[str]) -> None:
        """Look at these solutions anew, some at a time."""
        for start in range(0, len(solutions), SOME):
            some = solutions[start : start + SOME]
            dossiers, scores = await asyncio.gather(
                self._store.dossiers(some), self._store.scores.listed(some)
            )
            await asyncio.to_thread(self._place, some, dossiers, scores)

    def _place(
        self, solutions: Iterable[str], dossiers: Iterable[Dossier], scores: dict[str, ListedScore]
    ) -> None:
        known = {dossier.solution.fact.id: dossier for dossier in dossiers}
        for solution in solutions:
            dossier, score = known.get(solution), scores.get(solution)
            if dossier is None or score is None or not dossier.solution.counts:
                self.table.remove(solution)
            else:
                self.table.put(solution, self._listed(dossier, score))

    def _listed(self, dossier: Dossier, score: ListedScore) -> ListedSolution:
        solution = dossier.solution.fact
        home = dossier.peers.get(solution.city)
        values = listed_solution(solution, dossier.attempts, home, score.evidence_level, self._rates)
        counted = (attempt.recorded for attempt in dossier.reported if attempt.counts)
        newest = max([dossier.solution.recorded, *counted])
        return ListedSolution(values, score.learning, newest.timestamp(), supplier_of(solution.provider))
