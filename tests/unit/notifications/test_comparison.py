"""Which solutions an address compares, and the criteria in the order of the columns."""

from urllib.parse import parse_qs, urlsplit

import pytest

from services.notifications.domain.catalogue.comparison import (
    LONGEST_ID,
    CriterionCell,
    compare_address,
    criterion_groups,
    read_ids,
)
from services.notifications.domain.catalogue.query import read_query

KNOWN, CLAIMED, UNKNOWN = (
    CriterionCell(7, True, False, 10),
    CriterionCell(5, True, True, 10),
    CriterionCell(0, False, False, 10),
)


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        ([], ()),
        (["a,b"], ("a", "b")),
        (["a", "b,c", "a"], ("a", "b", "c")),
        (["a,b,c,d,e"], ("a", "b", "c", "d")),
        ([" a , ,b"], ("a", "b")),
        (["ocds-1|x/y:z"], ("ocds-1|x/y:z",)),
        (["a%2Cb,c%252C"], ("a,b", "c%2C")),
        (["x" * (LONGEST_ID + 1), "y"], ("y",)),
    ],
)
def test_ids_are_read_from_one_field_or_several_and_at_most_four(
    fields: list[str], ids: tuple[str, ...]
) -> None:
    assert read_ids(fields) == ids


@pytest.mark.parametrize("ids", [("a",), ("a", "b"), ("a,b", "c%2C", "d/e f"), ("ä", "日本")])
def test_what_an_address_compares_is_read_from_it_again(ids: tuple[str, ...]) -> None:
    address = compare_address(ids, "fi")
    fields = parse_qs(urlsplit(address).query)
    assert (read_ids(fields["ids"]), fields["lang"]) == (ids, ["fi"])
    query = read_query({"ids": fields["ids"][0], "q": "boxes"})
    assert query.compared == ids
    again = parse_qs(urlsplit(query.on_page(2).address).query)
    assert read_ids(again["ids"]) == ids
    assert query.as_feed().compared == ()


def test_a_criterion_is_one_row_for_all_and_one_that_applies_to_none_has_no_row() -> None:
    groups = criterion_groups(
        [
            ("evaluation", "kpis", {"a": KNOWN, "b": CLAIMED}),
            ("evaluation", "law", {"b": UNKNOWN}),
            ("risk", "kpis", {"a": KNOWN}),
            ("transferability", "size", {"elsewhere": KNOWN}),
        ],
        ["b", "a"],
    )
    shown = [(group.score, [(row.key, row.cells) for row in group.rows]) for group in groups]
    assert shown == [
        ("evaluation", [("kpis", (CLAIMED, KNOWN)), ("law", (UNKNOWN, None))]),
        ("risk", [("kpis", (None, KNOWN))]),
    ]
