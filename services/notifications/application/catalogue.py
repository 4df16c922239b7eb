"""What the public catalogue shows: results of scoring's search, and solutions as everybody may see them now.

Scoring finds and counts; what is shown of a solution is read from the records here, and only while they are
public. While scoring is away, the newest solutions are shown instead of results, and no score.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias

from services.notifications.application.ports import (
    CatalogueLine,
    CataloguePage,
    CityView,
    Comparison,
    ScoringQueries,
)
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.domain.catalogue.city_story import TriedSolution
from services.notifications.domain.catalogue.comparison import CriterionCell, ScoreName
from services.notifications.domain.catalogue.query import PAGE_SIZE, CatalogueQuery
from services.notifications.domain.known_records import PublicSolution
from shared.events import Assessment, Brief
from shared.facts import Adoption, Solution

Rows: TypeAlias = tuple[tuple[ScoreName, str, Mapping[str, CriterionCell]], ...]
MOST_SIMILAR = 5
LONGEST_DESCRIPTION = 300
"""Characters of a solution's own words that similar ones are looked for with."""


class ResultLine(NamedTuple):
    """One result: the solution, and what scoring says of it; None while scoring is away."""

    solution: Solution
    city: str
    listed: CatalogueLine | None


class CatalogueResults(NamedTuple):
    """One page of results; ``found`` is None while scoring is away, and the lines are the newest then."""

    lines: tuple[ResultLine, ...]
    found: CataloguePage | None


class Taken(NamedTuple):
    """A city that took a solution over, and the version that it made where that is public."""

    adoption: Adoption
    city: str
    version: Solution | None


class SolutionFacts(NamedTuple):
    """Everything that a page tells of a solution; ``assessment`` is None without scoring.

    ``similar`` is None without scoring, too, and where it was not asked for.
    """

    record: PublicSolution
    brief: Brief
    taken: tuple[Taken, ...]
    parent: Solution | None
    assessment: Assessment | None
    similar: tuple[ResultLine, ...] | None


class FeedLine(NamedTuple):
    """One entry of a feed: the solution with its attempts, and when the last of these was recorded.

    ``records`` has the city and time of each of them, by key.
    """

    brief: Brief
    updated: datetime
    records: Mapping[str, tuple[str, datetime]]


class ComparedSolution(NamedTuple):
    """One of several solutions beside each other; without an assessment while scoring has none."""

    brief: Brief
    assessment: Assessment | None


class CityStory(NamedTuple):
    """What is public of a city; ``shared`` are its solutions that it reports no attempt at."""

    name: str
    country: str | None
    attempts: tuple[TriedSolution, ...]
    shared: tuple[Solution, ...]
    solutions: tuple[Solution, ...]
    names: Mapping[str, str]


class CatalogueQueries:
    """Reads for the pages of the catalogue."""

    def __init__(self, store: NotificationRepositories, scoring: ScoringQueries) -> None:
        self._store, self._scoring = store, scoring

    async def search(self, query: CatalogueQuery, locale: str, now: datetime) -> CatalogueResults:
        """Return a page of results; what was hidden since scoring looked is left out."""
        found = await self._scoring.catalogue(query, locale)
        if found is None:
            newest = await self._store.public_records.newest(now.date(), PAGE_SIZE)
            return CatalogueResults(await self._named({one.solution.id: one for one in newest}, {}), None)
        return CatalogueResults(await self._lines(found.lines, now), found)

    async def city(self, city: str, now: datetime) -> CityStory | None:
        """Return what is public of a city; None where that is nothing, as where it is not known."""
        records, day = self._store.public_records, now.date()
        (own, tried), profile = await asyncio.gather(records.of_city(city, day), records.city(city))
        if not own and not tried:
            return None
        public = await records.solutions((one.solution for one in tried), day)
        attempts = tuple(
            TriedSolution(one, public[one.solution].solution) for one in tried if one.solution in public
        )
        told = {one.solution.id for one in attempts}
        name = profile.name if profile else city
        return CityStory(
            name,
            profile.country if profile else None,
            attempts,
            tuple(one for one in own if one.id not in told),
            tuple(own),
            {city: name},
        )

    async def feed(self, query: CatalogueQuery, locale: str, now: datetime) -> list[FeedLine] | None:
        """Return what of a search was recorded last; None while scoring is away.

        A solution is as new as the newest attempt at it: a failure that is reported of an old solution is
        news.
        """
        found = await self._scoring.catalogue(query, locale)
        if found is None:
            return None
        lines = await self._briefs((line.id for line in found.lines), now)
        return sorted(lines, key=lambda line: (line.updated, line.brief.solution.id), reverse=True)

    async def compared(
        self, solutions: Sequence[str], city: str | None, now: datetime
    ) -> tuple[list[ComparedSolution], Rows]:
        """Return those of ``solutions`` that are public, and the criteria by which scoring compares them.

        For a reader's ``city`` as that sees them, where it described itself. Without scoring no criteria.
        """
        lines = await self._briefs(solutions, now)
        ids = [line.brief.solution.id for line in lines]
        sheet = await self._sheet(ids, city) if ids else None
        judged = sheet.assessments if sheet else {}
        several = [ComparedSolution(line.brief, judged.get(line.brief.solution.id)) for line in lines]
        return several, sheet.rows if sheet else ()

    async def _sheet(self, ids: Sequence[str], city: str | None) -> Comparison | None:
        personal = await self._scoring.compare(ids, city) if city else None
        return personal or await self._scoring.compare(ids, None)

    async def _briefs(self, solutions: Iterable[str], now: datetime) -> list[FeedLine]:
        """What is public of these solutions, with the public attempts at each."""
        records, day = self._store.public_records, now.date()
        public = await records.solutions(solutions, day)
        attempts = await records.attempts_at_each(public, day)
        cities = {one.solution.city for one in public.values()}
        cities |= {attempt.city for some in attempts.values() for attempt, _ in some}
        names = dict(await records.city_names(cities))
        lines = []
        for solution, record in public.items():
            own = attempts.get(solution, [])
            brief = Brief(
                solution=record.solution,
                city_name=names.get(record.solution.city, record.solution.city),
                implementations=tuple(attempt for attempt, _ in own),
                city_names=names,
            )
            times = {f"outcome|{solution}|{one.city}": (one.city, recorded) for one, recorded in own}
            times |= {f"solution|{solution}": (record.solution.city, record.recorded)}
            lines.append(FeedLine(brief, max(recorded for _, recorded in times.values()), times))
        return lines

    async def solution(
        self, solution: str, locale: str, now: datetime, *, with_similar: bool = False
    ) -> SolutionFacts | None:
        """Return what is public of a solution; None where it is hidden, as where it is not known.

        ``with_similar`` costs a search more.
        """
        records, day = self._store.public_records, now.date()
        record = (await records.solutions([solution], day)).get(solution)
        if record is None:
            return None
        fact = record.solution
        attempts, adoptions, assessment, similar = await asyncio.gather(
            records.attempts_at(solution, day),
            records.adoptions_of(solution, day),
            self._scoring.score(solution),
            self._similar(fact, locale, now) if with_similar else _nothing(),
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

    async def seen_by(self, city: str, brief: Brief) -> CityView | None:
        """Return how ``city`` sees a solution, without cities whose attempts are not in ``brief``.

        None for the solution's own city, and where scoring cannot tell.
        """
        if city == brief.solution.city:
            return None
        view = await self._scoring.score_for(brief.solution.id, city)
        if view is None:
            return None
        public = {one.city for one in brief.implementations}
        failed, worked = view.nearest_failure, view.nearest_success
        names = {brief.city_names[one] for one in public if one in brief.city_names}
        return view._replace(
            nearest_failure=failed if failed and failed.city in public else None,
            nearest_success=worked if worked and worked.city in public else None,
            gaps=tuple(
                gap if gap.closed_by in names else gap.model_copy(update={"closed_by": None})
                for gap in view.gaps
            ),
        )

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


async def _nothing() -> None:
    """What is not asked for."""


def _version(versions: Mapping[str, PublicSolution], solution: str) -> Solution | None:
    return versions[solution].solution if solution in versions else None
