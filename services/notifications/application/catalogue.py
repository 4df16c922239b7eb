"""What the public catalogue shows: results of scoring's search, and solutions as everybody may see them now.

Scoring finds and counts; what is shown of a solution is read from the records here, and only while they are
public. While scoring is away, the newest solutions are shown instead of results, and no score.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from services.notifications.application.ports import CatalogueLine, CataloguePage, ScoringQueries
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.domain.catalogue.query import PAGE_SIZE, CatalogueQuery
from services.notifications.domain.known_records import PublicSolution
from shared.events import Assessment, Brief
from shared.facts import Adoption, Solution

MOST_SIMILAR = 5
LONGEST_DESCRIPTION = 300
"""Characters of a solution's own words that similar ones are looked for with."""


class ResultLine(NamedTuple):
    """One result: the solution, and what scoring says of it; None while scoring is away."""

    solution: Solution
    city: str
    listed: CatalogueLine | None


class Results(NamedTuple):
    """One page of results; ``found`` is None while scoring is away, and the lines are the newest then."""

    lines: tuple[ResultLine, ...]
    found: CataloguePage | None


class Taken(NamedTuple):
    """A city that took a solution over, and the version that it made where that is public."""

    adoption: Adoption
    city: str
    version: Solution | None


class SolutionFacts(NamedTuple):
    """Everything that a page tells of a solution; ``assessment`` and ``similar`` are None without scoring."""

    record: PublicSolution
    brief: Brief
    taken: tuple[Taken, ...]
    parent: Solution | None
    assessment: Assessment | None
    similar: tuple[ResultLine, ...] | None


class CatalogueQueries:
    """Reads for the pages of the catalogue."""

    def __init__(self, store: NotificationRepositories, scoring: ScoringQueries) -> None:
        self._store, self._scoring = store, scoring

    async def search(self, query: CatalogueQuery, locale: str, now: datetime) -> Results:
        """Return a page of results; what was hidden since scoring looked is left out."""
        found = await self._scoring.catalogue(query, locale)
        if found is None:
            newest = await self._store.public_records.newest(now.date(), PAGE_SIZE)
            return Results(await self._named({one.solution.id: one for one in newest}, {}), None)
        return Results(await self._lines(found.lines, now), found)

    async def solution(self, solution: str, locale: str, now: datetime) -> SolutionFacts | None:
        """Return what is public of a solution; None where it is hidden, as where it is not known."""
        records, day = self._store.public_records, now.date()
        record = (await records.solutions([solution], day)).get(solution)
        if record is None:
            return None
        fact = record.solution
        attempts, adoptions, assessment, similar = await asyncio.gather(
            records.attempts_at(solution, day),
            records.adoptions_of(solution, day),
            self._scoring.score(solution),
            self._similar(fact, locale, now),
        )
        others = {adoption.solution for adoption in adoptions} | ({fact.parent} if fact.parent else set())
        versions = await records.solutions(others - {solution}, day)
        cities = {fact.city, *(one.city for one in attempts), *(one.city for one in adoptions)}
        cities |= {answer.city for answer in record.answers}
        cities |= {study.city for study in fact.studies if study.city}
        names = dict(await records.city_names(cities))
        brief = Brief(
            solution=fact,
            city_name=names.get(fact.city, fact.city),
            implementations=tuple(attempts),
            city_names=names,
        )
        taken = tuple(
            Taken(one, names.get(one.city, ""), _version(versions, one.solution)) for one in adoptions
        )
        return SolutionFacts(record, brief, taken, _version(versions, fact.parent or ""), assessment, similar)

    async def _similar(self, fact: Solution, locale: str, now: datetime) -> tuple[ResultLine, ...] | None:
        text = f"{fact.title}. {fact.summary}"[:LONGEST_DESCRIPTION]
        found = await self._scoring.catalogue(CatalogueQuery(text=text), fact.language or locale)
        if found is None:
            return None
        others = tuple(line for line in found.lines if line.id != fact.id)
        return (await self._lines(others, now))[:MOST_SIMILAR]

    async def _lines(self, lines: tuple[CatalogueLine, ...], now: datetime) -> tuple[ResultLine, ...]:
        public = await self._store.public_records.solutions((line.id for line in lines), now.date())
        ordered = {line.id: public[line.id] for line in lines if line.id in public}
        return await self._named(ordered, {line.id: line for line in lines})

    async def _named(
        self, records: Mapping[str, PublicSolution], listed: Mapping[str, CatalogueLine]
    ) -> tuple[ResultLine, ...]:
        names = await self._store.public_records.city_names(one.solution.city for one in records.values())
        return tuple(
            ResultLine(one.solution, names.get(one.solution.city, ""), listed.get(solution))
            for solution, one in records.items()
        )


def _version(versions: Mapping[str, PublicSolution], solution: str) -> Solution | None:
    return versions[solution].solution if solution in versions else None
