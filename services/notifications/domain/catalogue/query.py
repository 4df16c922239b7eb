"""A search of the catalogue as it stands in an address: read, bounded, and written again.

What cannot be read is left out, so that an old or mistyped address shows more, not an error.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from services.notifications.domain.catalogue.comparison import read_ids, written_ids
from services.notifications.domain.vocabulary import VOCABULARY

PATH: Final = "/solutions"
PAGE_SIZE: Final = 20
MOST_PAGES: Final = 500
LONGEST_TEXT: Final = 500
SORTS: Final = ("relevance", "learning", "newest", "fit")
FACETS: Final[Mapping[str, re.Pattern[str]]] = {
    "topic": re.compile(r"[A-Z]{2,10}:[\w.-]{1,40}"),
    "outcome": re.compile("|".join(VOCABULARY["outcome"])),
    "country": re.compile(r"[A-Z]{2}"),
    "size": re.compile("|".join(VOCABULARY["size"])),
    "cost": re.compile("|".join(VOCABULARY["cost"])),
    "evidence": re.compile(r"[1-5]"),
    "language": re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"),
    "year": re.compile(r"(19|20|21)\d\d"),
}
"""The facets in the order in which they are shown, and what their values look like."""


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """What a reader looks for; ``lang`` is the language of the page where the address names one.

    ``compared`` are the solutions that another one is looked for to stand beside. ``city`` is that of a
    reader who is signed in. It is in no address: without it there is no order by fit.
    """

    text: str = ""
    wanted: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    lang: str = ""
    city: str = ""
    compared: tuple[str, ...] = ()

    @property
    def skip(self) -> int:
        """How many results the pages before have."""
        return (self.page - 1) * PAGE_SIZE

    @property
    def sorted_by(self) -> str:
        """The order: what was asked for, else relevance to a text, else what teaches most."""
        usual = "relevance" if self.text else "learning"
        impossible = (self.sort == "relevance" and not self.text) or (self.sort == "fit" and not self.city)
        return usual if impossible else self.sort or usual

    def parameters(self) -> list[tuple[str, str]]:
        """Return the fields of the address, in one order, without those that say nothing."""
        page = str(self.page) if self.page > 1 else ""
        facets = [(name, self.wanted.get(name, "")) for name in FACETS]
        several = [("q", self.text), *facets, ("sort", self.sort), ("page", page)]
        several += [("ids", written_ids(self.compared)), ("lang", self.lang)]
        return [(name, value) for name, value in several if value]

    @property
    def address(self) -> str:
        """The one address of this search."""
        query = urlencode(self.parameters())
        return f"{PATH}?{query}" if query else PATH

    def with_value(self, facet: str, value: str) -> "CatalogueQuery":
        """Return the first page with ``value`` of ``facet``; empty for any value."""
        wanted = {name: given for name, given in self.wanted.items() if name != facet}
        return replace(self, wanted=wanted | ({facet: value} if value else {}), page=1)

    def sorted_as(self, sort: str) -> "CatalogueQuery":
        """Return the first page in another order."""
        return replace(self, sort=sort, page=1)

    def on_page(self, page: int) -> "CatalogueQuery":
        """Return another page."""
        return replace(self, page=page)

    def as_feed(self) -> "CatalogueQuery":
        """Return the same as a feed has it: the newest first, and no city's own order."""
        return replace(self, sort="newest", page=1, city="", compared=())

    def without_text(self) -> "CatalogueQuery":
        """Return the same without the words."""
        return replace(self, text="", page=1)

    def pages(self, total: int) -> int:
        """Return how many pages ``total`` results have."""
        return min(MOST_PAGES, max(1, -(-total // PAGE_SIZE)))


def read_query(fields: Mapping[str, str], languages: tuple[str, ...] = (), city: str = "") -> CatalogueQuery:
    """Return the search that the ``fields`` of an address ask for.

    ``languages`` are those of pages, ``city`` that of a reader who is signed in.
    """
    wanted = {
        name: value
        for name, pattern in FACETS.items()
        if (value := fields.get(name, "").strip()) and pattern.fullmatch(value)
    }
    sort, lang, page = fields.get("sort", ""), fields.get("lang", ""), fields.get("page", "")
    return CatalogueQuery(
        text=" ".join(fields.get("q", "").split())[:LONGEST_TEXT],
        wanted=wanted,
        sort=sort if sort in SORTS else "",
        page=min(MOST_PAGES, max(1, int(page))) if page.isascii() and page.isdigit() else 1,
        lang=lang if lang in languages else "",
        city=city,
        compared=read_ids([fields.get("ids", "")]),
    )
