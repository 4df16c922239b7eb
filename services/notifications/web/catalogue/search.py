"""The search of the catalogue: results with their outcome, and facets as links."""

from collections.abc import Mapping
from dataclasses import replace

from services.notifications.domain.catalogue.comparison import written_ids
from services.notifications.domain.catalogue.facets import shown_facets
from services.notifications.domain.catalogue.query import PATH, SORTS, CatalogueQuery, read_query
from services.notifications.domain.catalogue.saved import to_save
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.letters.base import summary_for, title_for
from services.notifications.web.catalogue.feeds import FORMATS, feed_address
from services.notifications.web.catalogue.request import CatalogueRequest, CatalogueRoute, Page


async def search(request: CatalogueRequest) -> Page:
    """Results of a search."""
    query = read_query(request.fields, LANGUAGES, request.official.city if request.official else "")
    results = await request.context.catalogue.search(query, request.locale, request.now)
    found, shown = results.found, {line.solution.id for line in results.lines}
    countries = found.counts.get("country", {}) if found else {}
    return request.show(
        "catalogue/search",
        query=query,
        results=results,
        facets=shown_facets(found.counts, query) if found else (),
        chosen=[(facet, value, query.with_value(facet, "").address) for facet, value in query.wanted.items()],
        sorts=[
            (sort, query.sorted_as(sort).address) for sort in SORTS if query.sorted_as(sort).sorted_by == sort
        ],
        feeds=[(form, kind, feed_address(query, form)) for form, kind in FORMATS.items()],
        world_map=request.context.draw_map(countries),
        in_countries=_listed(query, countries),
        save=to_save(query).address.partition("?")[2],
        compared=written_ids(one for one in query.compared if one not in shown),
        pages=query.pages(found.total) if found else 1,
        in_language=lambda lang: replace(query, lang=lang).address,
        title_of=lambda solution: title_for(solution, (request.locale,)),
        summary_of=lambda solution: summary_for(solution, (request.locale,)),
    )


def _listed(query: CatalogueQuery, countries: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """What the map shows as a list: each country, how many results it has, and the address of these."""
    listed = sorted(countries.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(code, number, query.with_value("country", code).address) for code, number in listed]


ROUTES = (CatalogueRoute(PATH, search),)
