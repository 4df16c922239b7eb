"""The first page: what this is, the search, and the newest successes and failures beside each other."""

import asyncio

from services.notifications.domain.catalogue.query import CatalogueQuery
from services.notifications.domain.letters.base import title_for
from services.notifications.web.catalogue.request import CatalogueRequest, CatalogueRoute, Page

MOST_SHOWN = 5


async def front(request: CatalogueRequest) -> Page:
    """The first page."""
    queries = [
        CatalogueQuery(wanted={"outcome": outcome}, sort="newest", lang=request.lang)
        for outcome in ("succeeded", "failed")
    ]
    several = await asyncio.gather(
        *(request.context.catalogue.search(query, request.locale, request.now) for query in queries)
    )
    return request.show(
        "catalogue/front",
        away=any(results.found is None for results in several),
        several=[
            (query.wanted["outcome"], query.address, results.lines[:MOST_SHOWN])
            for query, results in zip(queries, several, strict=True)
        ],
        in_language=lambda lang: f"/?lang={lang}",
        title_of=lambda solution: title_for(solution, (request.locale,)),
    )


ROUTES = (CatalogueRoute("/", front),)
