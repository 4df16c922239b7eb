"""A request to a public page: what is asked for, and in which language. Nobody is signed in here."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, TypeAlias
from urllib.parse import quote, urlencode

from services.notifications.domain.catalogue.slugs import slug_of
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.localized_texts import LocalizedText, Speaker
from services.notifications.web.catalogue.context import CatalogueContext
from services.notifications.web.page_session import Page, Printed, Redirect
from services.notifications.web.rendering import PageLocalizer
from shared.facts import Solution

__all__ = ["CatalogueRequest", "CatalogueRoute", "Page", "Printed", "Redirect"]


class CatalogueRequest(NamedTuple):
    """What a public page is given; ``lang`` is the language that the address names, else empty."""

    context: CatalogueContext
    fields: Mapping[str, str]
    path: Mapping[str, str]
    locale: str
    lang: str
    now: datetime

    @property
    def localizer(self) -> PageLocalizer:
        """The reader's language."""
        return self.context.renderer.localizer(self.locale, "UTC")

    def address_of(self, solution: Solution) -> str:
        """Return the address of a solution's page, in the language that the address of this page names."""
        return solution_address(solution, self.lang)

    def show(self, template: str, phrases: Iterable[LocalizedText] = (), **context: object) -> Page:
        """Return the page ``catalogue/NAME``; ``phrases`` are translations of the words of cities."""
        ours = {
            "request": self,
            "languages": LANGUAGES,
            "own_name": lambda code: self.context.renderer.localizer(code, "UTC").language_name(code),
            "address_of": self.address_of,
            "country": lambda code: self.context.countries.countries(self.locale).get(code, code),
            "topic_name": lambda code: self.context.topics.named(code, self.locale),
        }
        renderer, speaker = self.context.renderer, Speaker(phrases)
        return Page(renderer.page(template, self.locale, "UTC", ours | context, speaker))


Handler: TypeAlias = Callable[[CatalogueRequest], Awaitable[Page | Printed | Redirect]]


class CatalogueRoute(NamedTuple):
    """One address of the catalogue, for GET only."""

    path: str
    handler: Handler


def solution_address(solution: Solution, lang: str = "") -> str:
    """Return the one address of a solution's page."""
    query = f"?{urlencode({'lang': lang})}" if lang else ""
    return f"/solutions/{quote(solution.id, safe='')}/{quote(slug_of(solution.title))}{query}"


def briefing_address(solution: Solution, lang: str = "", end: str = "briefing") -> str:
    """Return the address of a solution's briefing, or of its PDF."""
    query = f"?{urlencode({'lang': lang})}" if lang else ""
    return f"/solutions/{quote(solution.id, safe='')}/{end}{query}"


def short_address(solution: Solution) -> str:
    """Return an address that is short enough to be typed; it leads to the solution's page."""
    return f"/solutions/{quote(solution.id, safe='')}"
