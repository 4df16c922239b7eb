"""Start-ups among suppliers: each supplier counts once, and what nobody said is not known."""

from typing import Any

import pytest

from services.scoring.domain.search.facets import FacetSearch, FacetTable, ListedSolution
from services.scoring.domain.search.suppliers import SupplierShare, supplier_of
from shared.facts import Provider


def share(*providers: dict[str, Any] | None, wanted: str = "") -> SupplierShare:
    """The share among solutions with these providers; the last one is in another country."""
    table = FacetTable()
    for number, provider in enumerate(providers):
        country = "NL" if number == len(providers) - 1 else "FI"
        supplier = supplier_of(Provider.model_validate(provider) if provider is not None else None)
        listed = ListedSolution({"country": frozenset({country})}, 0, number, supplier)
        table.put(f"solution-{number}", listed)
    return table.find(FacetSearch({"country": wanted} if wanted else {})).suppliers


HUB = {"name": "Hub Cooperative", "kind": "startup"}
BIG = {"name": "Big", "kind": "company"}
IN_FINLAND = {"scheme": "FI-PRH", "id": "1"}
IN_ESTONIA = {"scheme": "EE-ARR", "id": "1"}


@pytest.mark.parametrize(
    ("providers", "told"),
    [
        ([None], (0, 0, 0, 1)),
        ([{"kind": "startup"}], (0, 0, 0, 1)),
        ([HUB, BIG], (1, 2, 0, 0)),
        ([HUB, HUB, BIG], (1, 2, 0, 0)),
        ([HUB, {"name": "hub  cooperative"}], (1, 1, 0, 0)),
        ([{"name": "Who?"}, BIG, None], (0, 2, 1, 1)),
        ([{"name": "A", **IN_FINLAND}, {"name": "B", **IN_FINLAND}], (0, 1, 1, 0)),
        ([{"name": "A", **IN_FINLAND}, {"name": "A", **IN_ESTONIA}], (0, 2, 2, 0)),
        ([HUB, {**HUB, "kind": "company"}], (1, 1, 0, 0)),
    ],
)  # fmt: skip
def test_suppliers_are_counted_once_and_the_unknown_apart(
    providers: list[dict[str, Any] | None], told: tuple[int, int, int, int]
) -> None:
    assert share(*providers) == told


def test_only_suppliers_of_what_was_found_count() -> None:
    assert share(HUB, None, BIG, wanted="FI") == (1, 1, 0, 1)
    assert share(HUB, None, BIG, wanted="NL") == (0, 1, 0, 0)


def test_a_change_and_a_removal_are_seen_and_there_is_room_for_many() -> None:
    table = FacetTable()
    for number in range(3000):
        supplier = supplier_of(Provider(name=f"Supplier {number % 100}", kind="startup"))
        table.put(f"s{number}", ListedSolution({}, 0, 0, supplier))
    assert table.find(FacetSearch()).suppliers == (100, 100, 0, 0)
    for number in range(0, 3000, 100):
        table.put(f"s{number}", ListedSolution({}, 0, 0))
    assert table.find(FacetSearch()).suppliers == (99, 99, 0, 30)
    table.remove("s0")
    assert table.find(FacetSearch()).suppliers == (99, 99, 0, 29)
