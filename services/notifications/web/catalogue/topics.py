"""The pages of topics: what was tried, what failed, whom to ask, and the topics within."""

import asyncio

from services.notifications.domain.catalogue.city_story import contacts
from services.notifications.domain.catalogue.query import FACETS, CatalogueQuery
from services.notifications.domain.letters.base import title_for
from services.notifications.domain.topics import shortest
from services.notifications.web.catalogue.request import CatalogueRequest, CatalogueRoute, Page, local_address
from services.notifications.web.problems import PageProblem

TOPICS = "/topics"
SIDES = ("failed", "succeeded")
MOST_SHOWN = 10
MOST_TOPICS = 60


async def topics(request: CatalogueRequest) -> Page:
    """All topics, or one of them. Raises ``PageProblem`` for what is no topic."""
    topic = shortest(request.path.get("topic", ""))
    if topic and not FACETS["topic"].fullmatch(topic):
        raise PageProblem("not_there")
    here = CatalogueQuery(wanted={"topic": topic} if topic else {}, sort="newest", lang=request.lang)
    queries = [here, *(here.with_value("outcome", outcome) for outcome in SIDES)]
    everything, *sides = await asyncio.gather(
        *(request.context.catalogue.search(query, request.locale, request.now) for query in queries)
    )
    found = everything.found
    if topic and found is not None and not found.total:
        raise PageProblem("not_there")
    counts = (
        {code: number for code, number in found.counts.get("topic", {}).items() if code != topic}
        if found
        else {}
    )
    within = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_TOPICS]
    shown = {line.solution.id: line.solution for side in sides for line in side.lines[:MOST_SHOWN]}
    return request.show(
        "catalogue/topics",
        topic=topic,
        found=found,
        counts=found.counts.get("outcome", {}) if found else {},
        sides=[
            (outcome, query.address, side.lines[:MOST_SHOWN])
            for outcome, query, side in zip(SIDES, queries[1:], sides, strict=True)
        ],
        all_of_it=here.address,
        within=[(code, number, local_address("topics", code, request.lang)) for code, number in within],
        contacts=contacts(shown.values()) if topic and found else (),
        title_of=lambda solution: title_for(solution, (request.locale,)),
        own_address=local_address("topics", topic),
        in_language=lambda lang: local_address("topics", topic, lang),
    )


ROUTES = (CatalogueRoute(TOPICS, topics), CatalogueRoute(f"{TOPICS}/{{topic}}", topics))
