"""Saved searches: what of a search a post has not been told of. Each record is told once."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Final, NamedTuple

from services.notifications.domain.catalogue.query import CatalogueQuery, read_query
from services.notifications.domain.languages import LANGUAGES

MOST_OF_A_POST: Final = 20
LONGEST_NAME: Final = 100


class SavedSearch(NamedTuple):
    """A search that a post follows since ``since``, under a name of its own.

    ``told`` are the keys of the records that a letter told of; ``looked`` is the period of the last letter.
    """

    id: str
    official: str
    name: str
    fields: Mapping[str, str]
    since: datetime
    told: frozenset[str] = frozenset()
    looked: str = ""

    @property
    def query(self) -> CatalogueQuery:
        """What is searched for."""
        return read_query(self.fields, LANGUAGES)


class RecordTimes(NamedTuple):
    """A solution in the results: its records by key, each with its city and when it was recorded."""

    solution: str
    records: Mapping[str, tuple[str, datetime]]


def to_save(query: CatalogueQuery) -> CatalogueQuery:
    """Return what is kept of a search: words and filters, not the order, page or language."""
    return CatalogueQuery(text=query.text, wanted=dict(query.wanted))


def search_id(official: str, query: CatalogueQuery) -> str:
    """Return the id of a search of a post: saved again it is the same."""
    return blake2b(f"{official}|{to_save(query).address}".encode(), digest_size=12).hexdigest()


def news(search: SavedSearch, city: str, results: Iterable[RecordTimes]) -> dict[str, tuple[str, ...]]:
    """Return the keys of records that are news to a post of ``city``, by solution, in the order of results.

    What the own city said is no news to it.
    """
    found = {
        result.solution: tuple(
            key
            for key, (of_city, recorded) in result.records.items()
            if recorded > search.since and key not in search.told and of_city != city
        )
        for result in results
    }
    return {solution: keys for solution, keys in found.items() if keys}
