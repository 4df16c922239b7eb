"""The catalogue: solutions by facet, with counts, in the order that is asked for."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from services.scoring.application.context import ScoringContext
from services.scoring.domain.search.facets import Facet, FacetSearch, Order
from services.scoring.http.auth import authorize
from services.scoring.http.lookups import found
from services.scoring.http.response_models import CatalogueView, FacetView, Listed, SuppliersView, ValueView
from shared.facts import Language, Outcome

MOST_RANKED = 1_000
Sorting = Literal["relevance", "learning", "newest", "fit"]


def router(context: ScoringContext) -> APIRouter:
    """Return the route to the catalogue."""
    routes = APIRouter(prefix="/v1", tags=["search"])

    @routes.get("/catalogue")
    async def catalogue(
        request: Request,
        text: Annotated[str | None, Query(max_length=10_000, examples=["night deliveries"])] = None,
        text_language: Annotated[Language, Query(description="Language of the text")] = "en",
        topic: Annotated[str | None, Query(max_length=100, examples=["CPV:637"])] = None,
        outcome: Outcome | None = None,
        country: Annotated[str | None, Query(pattern="^[A-Z]{2}$", examples=["FI"])] = None,
        size: Annotated[str | None, Query(max_length=20, description="Inhabitants of its city")] = None,
        cost: Annotated[str | None, Query(max_length=20, description="In euros of its year")] = None,
        evidence: Annotated[int | None, Query(ge=1, le=5)] = None,
        language: Annotated[Language | None, Query(description="Of the solution")] = None,
        year: Annotated[int | None, Query(ge=1900, le=2200, description="Of the newest attempt")] = None,
        sort: Annotated[Sorting | None, Query(description="relevance with a text, else learning")] = None,
        city: Annotated[str | None, Query(description="Whose fit; for that city alone")] = None,
        skip: Annotated[int, Query(ge=0, le=100_000)] = 0,
        most: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> CatalogueView:
        """Solutions that have all that is asked for, and how many have each value of each facet.

        With a text only its best 1,000 answers count. Sorted by fit, what a city was told as a match comes
        first.
        """
        if city is not None:
            authorize(context.city_keys, request, city)
        wanted: Mapping[Facet, str | int | None] = {
            "topic": topic,
            "outcome": outcome,
            "country": country,
            "size": size,
            "cost": cost,
            "evidence": evidence,
            "language": language,
            "year": year,
        }
        search = FacetSearch(
            {facet: str(value) for facet, value in wanted.items() if value is not None},
            _order(sort, text),
            await _relevance(context, text, text_language) if text else None,
            await _fits(context, city) if city is not None and sort == "fit" else {},
            skip,
            most,
        )
        await context.catalogue.refresh()
        answer = await context.catalogue.find(search)
        return CatalogueView(
            total=answer.total,
            limited=search.among is not None and len(search.among) >= MOST_RANKED,
            solutions=await _lines(context, answer.solutions, search),
            facets=tuple(
                FacetView(
                    facet=facet,
                    values=tuple(
                        ValueView(value=value, solutions=number)
                        for value, number in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
                    ),
                )
                for facet, counts in answer.counts.items()
            ),
            suppliers=SuppliersView(**answer.suppliers._asdict()),
        )

    return routes


def _order(sort: Sorting | None, text: str | None) -> Order:
    if sort in ("learning", "newest"):
        return sort
    return "relevance" if text else "learning"


async def _relevance(context: ScoringContext, text: str, language: str) -> dict[str, float]:
    answers = await context.indexes.find_text(text, language)
    return {answer.solution_id: answer.fit for answer in answers[:MOST_RANKED]}


async def _fits(context: ScoringContext, city: str) -> dict[str, float]:
    """How well each solution fits that the city was told of, by its best match."""
    fits: dict[str, float] = {}
    for told in await context.store.notifications.of_city(city):
        fits[told.solution] = max(told.fit, fits.get(told.solution, 0.0))
    return fits


async def _lines(
    context: ScoringContext, solutions: Sequence[str], search: FacetSearch
) -> tuple[Listed, ...]:
    """The lines of a page, with what is listed now of each; one that was hidden since is left out."""
    scores = await context.store.scores.many(solutions)
    among = search.among or {}
    shown = await found(context, [(scores[one], among.get(one)) for one in solutions if one in scores])
    lines = []
    for line in shown:
        listed = context.catalogue.table.get(line.solution)
        if listed is not None:
            values = listed.values
            fields = line.model_dump() | {
                "outcomes": sorted(values.get("outcome", ())),
                "evidence": int(next(iter(values["evidence"]))),
                "year": next(iter(values.get("year", ())), None),
                "fit": search.first.get(line.solution),
            }
            lines.append(Listed.model_validate(fields))
    return tuple(lines)
