"""The search of the catalogue: results with their outcome, and facets as links."""

from dataclasses import replace

from services.notifications.domain.catalogue.comparison import written_ids
from services.notifications.domain.catalogue.facets import shown_facets
from services.notifications.domain.catalogue.query import PATH, SORTS, read_query
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.letters.base import summary_for, title_for
from services.notifications.web.catalogue.feeds import FORMATS, feed_address
from services.notifications.web.catalogue.request import CatalogueRequest, CatalogueRoute, Page


async def search(request: CatalogueRequest) -> Page:
    """Results of a search."""
    query = read_query(request.fields, LANGUAGES, request.official.city if request.official else "")
    results = await request.context.catalogue.search(query, request.locale, request.now)
    found, shown = results.found, {line.solution.id for line in results.lines}
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
        compared=written_ids(one for one in query.compared if one not in shown),
        pages=query.pages(found.total) if found else 1,
        in_language=lambda lang: replace(query, lang=lang).address,
        title_of=lambda solution: title_for(solution, (request.locale,)),
        summary_of=lambda solution: summary_for(solution, (request.locale,)),
    )


ROUTES = (CatalogueRoute(PATH, search),)
