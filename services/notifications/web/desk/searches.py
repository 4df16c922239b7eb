"""Saved searches at the desk: save one, see what is followed, end it."""

from urllib.parse import parse_qsl

from services.notifications.domain.catalogue.query import CatalogueQuery, read_query
from services.notifications.domain.catalogue.saved import LONGEST_NAME, to_save
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page, Redirect

SEARCHES = "/desk/searches"


async def searches(request: DeskRequest) -> Page | Redirect:
    """The searches that the post follows; one is ended, or the one in ``search`` is saved."""
    saved, official = request.context.saved_searches, request.official
    if request.acts and (ended := request.field("end")):
        await saved.end(official, ended)
        return Redirect(f"{SEARCHES}?done=search_ended")
    asked = request.field("search")
    query = to_save(read_query(dict(parse_qsl(asked)))) if asked else None
    mistakes: dict[str, str] = {}
    if request.acts and query is not None:
        name = " ".join(request.field("name").split())[:LONGEST_NAME]
        if not name:
            mistakes = {"name": "say_something"}
        elif await saved.save(official, query, name, request.now):
            return Redirect(f"{SEARCHES}?done=search_saved")
        else:
            mistakes = {"name": "too_many_searches"}
    values = dict(request.form) if request.acts else {"name": [_name(request, query) if query else ""]}
    return request.show(
        "desk/searches",
        422 if mistakes else 200,
        searches=await saved.of_official(official),
        query=query,
        asked=asked,
        values=values,
        mistakes=mistakes,
    )


def _name(request: DeskRequest, query: CatalogueQuery) -> str:
    """What a search is called unless its post says something else: its words, and its filters in words."""
    context, locale = request.context, request.official.locale
    localizer = context.renderer.localizer(locale, request.official.timezone)

    def word(facet: str, value: str) -> str:
        match facet:
            case "topic":
                return context.topics.named(value, locale).name
            case "country":
                return context.countries.countries(locale).get(value, value)
            case "language":
                return localizer.language_name(value)
            case "year":
                return value
            case _:
                return localizer.word(facet, value)

    parts = [query.text, *(word(facet, value) for facet, value in query.wanted.items())]
    return " · ".join(part for part in parts if part)[:LONGEST_NAME]


ROUTES = (DeskRoute(SEARCHES, searches),)
