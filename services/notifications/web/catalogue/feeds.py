"""The feeds of a search: its newest solutions and failures, in the format of the address."""

from collections.abc import Callable

from services.notifications.application.catalogue import FeedLine
from services.notifications.domain.catalogue.feeds import ATOM, JSON_FEED, Feed, FeedEntry, atom, json_feed
from services.notifications.domain.catalogue.query import CatalogueQuery, read_query
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.letter_content import attempt
from services.notifications.domain.letters.base import summary_for, title_for
from services.notifications.domain.localized_texts import phrases_in
from services.notifications.web.catalogue.request import (
    CatalogueDocument,
    CatalogueRequest,
    CatalogueRoute,
    Handler,
    lasting_address,
)

FORMATS = {"atom": ATOM, "json": JSON_FEED}
TRY_AGAIN = 120
"""Seconds after which a reader may ask again while scoring is away."""


def feed_address(query: CatalogueQuery, form: str) -> str:
    """Return the address of the feed of a search."""
    return query.as_feed().address.replace("/solutions", f"/solutions.{form}", 1)


def _feed(form: str, write: Callable[[Feed], str]) -> Handler:
    async def feed(request: CatalogueRequest) -> CatalogueDocument:
        query = read_query(request.fields, LANGUAGES).as_feed()
        lines = await request.context.catalogue.feed(query, request.locale, request.now)
        if lines is None:
            # An empty feed would say that nothing is there any more.
            return CatalogueDocument("", FORMATS[form], status=503, retry_after=TRY_AGAIN)
        site = request.context.sender.site
        entries = [_entry(request, line) for line in lines]
        title = " · ".join([request.word("feed", "title"), *([query.text] if query.text else [])])
        made = Feed(
            title, f"{site}{query.address}", f"{site}{feed_address(query, form)}", request.locale, entries
        )
        return CatalogueDocument(write(made), FORMATS[form], made.updated)

    return feed


def _entry(request: CatalogueRequest, line: FeedLine) -> FeedEntry:
    """A solution with every attempt at it, in the words of its page."""
    languages = (request.locale,)
    solution, brief, site = line.brief.solution, line.brief, request.context.sender.site
    title = title_for(solution, languages)
    content = request.show(
        "catalogue/feed_entry",
        phrases_in(brief, languages),
        solution=solution,
        summary=summary_for(solution, languages),
        attempts=[attempt(one, brief) for one in brief.implementations],
    )
    return FeedEntry(
        f"{site}{lasting_address(solution)}",
        f"{site}{request.address_of(solution)}",
        title.text,
        title.language,
        line.updated,
        brief.city_name,
        content.html,
    )


ROUTES = (
    CatalogueRoute("/solutions.atom", _feed("atom", atom), personal=False),
    CatalogueRoute("/solutions.json", _feed("json", json_feed), personal=False),
)
