"""The facets as they are shown: bands and levels in their own order, the others by how many there are."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from services.notifications.domain.catalogue.query import FACETS, CatalogueQuery
from services.notifications.domain.vocabulary import VOCABULARY

MOST_VALUES: Final = 12
IN_ORDER: Final[Mapping[str, Sequence[str]]] = {
    "outcome": tuple(VOCABULARY["outcome"]),
    "size": tuple(VOCABULARY["size"]),
    "cost": tuple(VOCABULARY["cost"]),
    "evidence": ("5", "4", "3", "2", "1"),
}


class FacetValue(NamedTuple):
    """One value of a facet, how many solutions have it, and the address of the search with or without it."""

    value: str
    solutions: int
    chosen: bool
    address: str


class ShownFacet(NamedTuple):
    """A facet with the values that are shown."""

    facet: str
    values: tuple[FacetValue, ...]


def shown_facets(counts: Mapping[str, Mapping[str, int]], query: CatalogueQuery) -> tuple[ShownFacet, ...]:
    """Return the facets that offer a choice, with links; a chosen value is always shown."""
    shown = (ShownFacet(facet, _values(facet, counts.get(facet, {}), query)) for facet in FACETS)
    return tuple(facet for facet in shown if facet.values)


def _values(facet: str, counts: Mapping[str, int], query: CatalogueQuery) -> tuple[FacetValue, ...]:
    chosen = query.wanted.get(facet)
    named = dict(counts)
    if chosen:
        named.setdefault(chosen, 0)
    names = sorted(named, key=lambda value: _place(facet, value, named[value]))
    kept = names[:MOST_VALUES] if facet not in IN_ORDER else names
    if chosen and chosen not in kept:
        kept = [chosen, *kept]
    return tuple(
        FacetValue(
            value,
            named[value],
            value == chosen,
            query.with_value(facet, "" if value == chosen else value).address,
        )
        for value in kept
    )


def _place(facet: str, value: str, solutions: int) -> tuple[int, str]:
    """Where a value stands: bands as they grow, years backwards, the others by number."""
    if facet in IN_ORDER:
        order = IN_ORDER[facet]
        return (order.index(value) if value in order else len(order), value)
    if facet == "year":
        return (-int(value), value)
    return (-solutions, value)
