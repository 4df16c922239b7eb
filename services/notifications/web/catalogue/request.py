"""A request to a public page: what is asked for, in which language, and by which official if any."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, TypeAlias
from urllib.parse import quote, urlencode

from services.notifications.domain.catalogue.comparison import compare_address, written_id
from services.notifications.domain.catalogue.slugs import solution_path
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.localized_texts import LocalizedText, Speaker
from services.notifications.domain.officials import Official
from services.notifications.domain.topics import shortest
from services.notifications.web.catalogue.context import CatalogueContext
from services.notifications.web.page_session import Page, Printed, Redirect
from services.notifications.web.rendering import PageLocalizer
from shared.facts import Solution

__all__ = ["CatalogueDocument", "CatalogueRequest", "CatalogueRoute", "Page", "Printed", "Redirect"]


class CatalogueDocument(NamedTuple):
    """What is no page: its text and its media type.

    ``changed`` is told where it is known, ``retry_after`` (seconds) where it cannot be made just now.
    """

    text: str
    media_type: str
    changed: datetime | None = None
    status: int = 200
    retry_after: int | None = None


class CatalogueRequest(NamedTuple):
    """What a public page is given; ``lang`` is the language that the address names, else empty.

    ``official`` is who is signed in, and None for everybody else: what a page says to an official is only
    for that one.
    """

    context: CatalogueContext
    fields: Mapping[str, str]
    path: Mapping[str, str]
    locale: str
    lang: str
    now: datetime
    official: Official | None = None
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def localizer(self) -> PageLocalizer:
        """The reader's language."""
        return self.context.renderer.localizer(self.locale, "UTC")

    def every(self, name: str) -> list[str]:
        """Return all values of a field of the address."""
        return [value for given, value in self.pairs if given == name]

    def word(self, field: str, key: object) -> str:
        """Return the word for a key of the vocabulary."""
        return self.localizer.word(field, key)

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
            "compare_address": lambda *ids: compare_address(ids, self.lang),
            "written_id": written_id,
            "city_address": lambda city: local_address("cities", city, self.lang),
            "topic_address": lambda topic: local_address("topics", shortest(topic), self.lang),
            "country": lambda code: self.context.countries.countries(self.locale).get(code, code),
            "topic_name": lambda code: self.context.topics.named(code, self.locale),
        }
        renderer, speaker = self.context.renderer, Speaker(phrases)
        return Page(renderer.page(template, self.locale, "UTC", ours | context, speaker))


Handler: TypeAlias = Callable[[CatalogueRequest], Awaitable[Page | Printed | Redirect | CatalogueDocument]]


class CatalogueRoute(NamedTuple):
    """One address of the catalogue, for GET only; ``personal`` where it says more to who is signed in."""

    path: str
    handler: Handler
    personal: bool = True


def _in_language(path: str, lang: str) -> str:
    return f"{path}?{urlencode({'lang': lang})}" if lang else path


def solution_address(solution: Solution, lang: str = "") -> str:
    """Return the one address of a solution's page."""
    return _in_language(solution_path(solution.id, solution.title), lang)


def local_address(folder: str, name: str, lang: str = "") -> str:
    """Return the address of the page of a city or topic; without a name that of all of them."""
    return _in_language(f"/{folder}/{quote(name, safe=':')}" if name else f"/{folder}", lang)


def lasting_address(solution: Solution) -> str:
    """Return the short address of a solution that its title has no part in; it leads to its page."""
    return f"/solutions/{quote(solution.id, safe='')}"


def briefing_address(solution: Solution, lang: str = "", end: str = "briefing") -> str:
    """Return the address of a solution's briefing, or of its PDF."""
    return _in_language(f"{lasting_address(solution)}/{end}", lang)
