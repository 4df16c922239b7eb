"""What one replica holds in memory: all standing needs and all solutions, indexed, and as new as the store.

A replica asks the store what was written since it last looked, before each search in it. The writer of a fact
searches after it wrote, and so does the writer of the other: of a solution and a need that arrive in the same
instant at two replicas, at least one finds the other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import TypeGuard

from services.scoring import metrics
from services.scoring.application.repositories import SETTLED, ChangedKey, ChangeSource, ScoringRepositories
from services.scoring.application.text_analyzer import TextAnalyzer
from services.scoring.domain.facts import KnownFact
from services.scoring.domain.inverted_index.relevance import ALERT, TermVector
from services.scoring.domain.matching.hard_limits import HardLimits, NeedConstraints, standing
from services.scoring.domain.matching.need_index import Hits, NeedIndex
from services.scoring.domain.matching.solution_index import SolutionIndex, SolutionMatch
from services.scoring.domain.matching.vocabulary import AnalyzedText
from services.scoring.domain.search.solution_search import SolutionSearch
from shared.facts import CityProfile, Need, Solution

SOME = 500


class ChangeFeed:
    """What was written to one collection and not yet looked at by ``see``."""

    def __init__(self, collection: ChangeSource, see: Callable[[Sequence[str]], Awaitable[None]]) -> None:
        self._collection, self._see = collection, see
        self.seen: datetime | None = None
        self._recent: dict[str, ChangedKey] = {}
        self._looked = monotonic()
        self._lock = asyncio.Lock()
        self._asked = self._answered = 0

    async def read(self) -> None:
        """Look at what was written before this call; at the start, everything. Many calls share one look."""
        self._asked += 1
        mine = self._asked
        async with self._lock:
            if self._answered < mine:
                covered = self._asked
                await self._look()
                self._answered = covered

    async def _look(self) -> None:
        """See what was written since the last look; a look back covers what the server stamped but hid.

        Only what was seen to the end is not looked at again: whoever writes the index down meanwhile, or
        fails on the way, has missed nothing.
        """
        began = monotonic()
        written, newest = await self._collection.since(self.seen, timedelta(seconds=began - self._looked))
        await self._see([change.key for change in written if self._recent.get(change.key) != change])
        horizon = newest - SETTLED - timedelta(seconds=1) if newest else None
        self._recent = {change.key: change for change in written if horizon and change.touched >= horizon}
        self.seen, self._looked = newest, began


class MatchIndexes:
    """The indexes of this replica."""

    def __init__(self, store: ScoringRepositories, reader: TextAnalyzer) -> None:
        self._store, self._reader = store, reader
        self.needs = NeedIndex(reader.vocabulary)
        self.solutions = SolutionIndex(reader.vocabulary)
        self._search = SolutionSearch(self.solutions)
        self.need_changes = ChangeFeed(store.needs, self.see_needs)
        self._solution_changes = ChangeFeed(store.solutions, self.see_solutions)

    async def refresh(self) -> None:
        """Read what was written before this call; at the start, everything."""
        await self.need_changes.read()
        await self._solution_changes.read()
        metrics.refreshed(len(self.needs), len(self.solutions))

    async def find_needs(self, vector: TermVector, limits: HardLimits) -> Hits:
        """The needs a solution answers; in a thread, because a million needs take their time."""
        await self.need_changes.read()
        return await asyncio.to_thread(self.needs.search, vector, limits)

    async def find_solutions(
        self, vector: TermVector, terms: NeedConstraints, least: int = ALERT
    ) -> list[SolutionMatch]:
        """The solutions that answer a need with a ``rel`` of at least ``least``."""
        await self._solution_changes.read()
        return await asyncio.to_thread(self.solutions.search, vector, terms, least)

    async def find_text(self, text: str, language: str) -> list[SolutionMatch]:
        """The solutions for what somebody typed, best first."""
        await self._solution_changes.read()
        return await asyncio.to_thread(self._search.find, text, language)

    async def warm(self, language: str | None = None) -> None:
        """Read what the first search in a language reads; by default for every language of the solutions.

        One language takes about .3 s, and that long the first search in it would take longer.
        """
        for cold in [language] if language else self._search.cold:
            await asyncio.to_thread(self._search.warm, cold)

    async def see_needs(self, keys: Sequence[str]) -> None:
        """Look at these needs anew, some at a time."""
        for start in range(0, len(keys), SOME):
            records = await self._store.needs.with_words(keys[start : start + SOME])
            cities = await self._store.cities.many({record.fact.city for record, _ in records})
            profiles = {city: record.fact for city, record in cities.items()}
            await asyncio.to_thread(self._place_needs, records, profiles)

    async def see_solutions(self, keys: Sequence[str]) -> None:
        """Look at these solutions anew, some at a time."""
        for start in range(0, len(keys), SOME):
            records = await self._store.solutions.with_words(keys[start : start + SOME])
            await asyncio.to_thread(self._place_solutions, records)

    async def check(self) -> int:
        """Compare the needs with the store, look again at what was missed, and return how many that were."""
        await self.need_changes.read()
        missed, last = 0, ""
        while some := await self._store.needs.keys_after(last, SOME):
            versions = self.needs.versions
            late = [
                key
                for key, revision in (await self._store.needs.revisions(some)).items()
                if max(versions.revisions.get(key, 0), versions.gone.get(key, 0)) < revision
            ]
            await self.see_needs(late)
            missed, last = missed + len(late), some[-1]
        return missed

    def _place_needs(
        self, records: Iterable[tuple[KnownFact[Need], AnalyzedText | None]], cities: dict[str, CityProfile]
    ) -> None:
        for record, words in records:
            need = record.fact
            if record.state == "withdrawn" or record.embargoed:
                self.needs.remove(need.id, revision=record.revision)
            else:
                read = words if self._readable(words) else self._reader.read_need(need)
                self.needs.place(need.id, read.vector, standing(need, cities.get(need.city)), record.revision)

    def _place_solutions(self, records: Iterable[tuple[KnownFact[Solution], AnalyzedText | None]]) -> None:
        for record, words in records:
            solution = record.fact
            if not record.counts:
                if self.solutions.remove(solution.id, revision=record.revision):
                    self._search.remove(solution.id)
                continue
            read = words if self._readable(words) else self._reader.read_solution(solution)
            limits = HardLimits(city=solution.city, cost=solution.cost)
            if self.solutions.place(solution.id, read.vector, limits, record.revision):
                self._search.place(solution, read.vector)

    def _readable(self, words: AnalyzedText | None) -> TypeGuard[AnalyzedText]:
        """Whether it was read with this vocabulary when it was written."""
        return words is not None and words.vocabulary == self._reader.vocabulary.name
