"""The facets of the catalogue: what each counts, and what is found in which order."""

from decimal import Decimal
from typing import Any

import pytest

from services.scoring.domain.search.facets import (
    FacetSearch,
    FacetTable,
    ListedSolution,
    above,
    cost_band,
    listed_solution,
    topic_values,
    year_of,
)
from shared.facts import Money, Topic
from tests.builders import a_city, a_solution, an_implementation


def listed(learning: float = 0, newest: float = 0, **values: str) -> ListedSolution:
    return ListedSolution(
        {facet: frozenset(some.split()) for facet, some in values.items()},  # type: ignore[misc]
        learning,
        newest,
    )


@pytest.fixture
def table() -> FacetTable:
    table = FacetTable()
    table.put("hub", listed(10, 3, outcome="succeeded failed", country="FI", topic="CPV:63 CPV:637"))
    table.put("bins", listed(90, 1, outcome="failed", country="NL", topic="CPV:90"))
    table.put("bus", listed(50, 2, outcome="running", country="FI", topic="CPV:60 CPV:601 SDG:11"))
    return table


def test_a_facet_counts_what_choosing_another_of_its_values_would_find(table: FacetTable) -> None:
    answer = table.find(FacetSearch({"outcome": "failed"}))
    assert answer.solutions == ["bins", "hub"]
    assert answer.counts["outcome"] == {"succeeded": 1, "failed": 2, "running": 1}
    assert answer.counts["country"] == {"FI": 1, "NL": 1}


def test_all_filters_hold_together_and_an_unknown_value_finds_nothing(table: FacetTable) -> None:
    assert table.find(FacetSearch({"outcome": "failed", "country": "FI"})).solutions == ["hub"]
    nothing = table.find(FacetSearch({"size": "over_1m"}))
    assert nothing.solutions == []
    assert nothing.counts["country"] == {}


def test_topics_are_counted_one_step_under_the_one_that_is_chosen(table: FacetTable) -> None:
    assert table.find(FacetSearch()).counts["topic"] == {"CPV:63": 1, "CPV:90": 1, "CPV:60": 1, "SDG:11": 1}
    chosen = table.find(FacetSearch({"topic": "CPV:63"}))
    assert chosen.solutions == ["hub"]
    assert chosen.counts["topic"] == {"CPV:63": 1, "CPV:637": 1}


@pytest.mark.parametrize(
    ("search", "order"),
    [
        (FacetSearch(), ["bins", "bus", "hub"]),
        (FacetSearch(order="newest"), ["hub", "bus", "bins"]),
        (FacetSearch(order="relevance", among={"bus": 0.2, "hub": 0.9, "gone": 1}), ["hub", "bus"]),
        (FacetSearch(order="learning", among={"bus": 0.2, "hub": 0.9}), ["bus", "hub"]),
        (FacetSearch(first={"hub": 70, "bus": 80}), ["bus", "hub", "bins"]),
    ],
)
def test_what_is_found_comes_in_the_order_that_was_asked_for(
    table: FacetTable, search: FacetSearch, order: list[str]
) -> None:
    assert table.find(search).solutions == order


def test_what_is_changed_or_removed_is_counted_as_it_is_now(table: FacetTable) -> None:
    table.find(FacetSearch())
    table.put("bus", listed(outcome="failed", country="FI"))
    table.remove("hub")
    table.remove("hub")
    answer = table.find(FacetSearch())
    assert answer.counts["outcome"] == {"failed": 2}
    assert answer.counts["topic"] == {"CPV:90": 1}
    table.put("new", listed(outcome="partial"))
    assert sorted(table.find(FacetSearch()).solutions) == ["bins", "bus", "new"]
    assert len(table) == 3


def test_the_table_grows_and_orders_equal_ones_the_same_whatever_came_first() -> None:
    names = [f"sol-{number}" for number in range(3_000)]
    one, other = FacetTable(), FacetTable()
    for name in names:
        one.put(name, listed(language="en"))
    for name in reversed(names):
        other.put(name, listed(language="en"))
    assert one.find(FacetSearch()).counts["language"] == {"en": 3_000}
    assert one.find(FacetSearch()).solutions == other.find(FacetSearch()).solutions


@pytest.mark.parametrize(
    ("scheme", "code", "values"),
    [
        ("CPV", "63712000", {"CPV:63", "CPV:637", "CPV:6371", "CPV:63712"}),
        ("CPV", "63712000-3", {"CPV:63", "CPV:637", "CPV:6371", "CPV:63712"}),
        ("CPV", "90000000", {"CPV:90"}),
        ("SDG", "11.6", {"SDG:11.6"}),
    ],
)
def test_a_topic_counts_for_all_that_is_above_it(scheme: str, code: str, values: set[str]) -> None:
    assert topic_values([Topic(scheme=scheme, id=code)]) == values


@pytest.mark.parametrize(
    ("topic", "parent"),
    [("CPV:63", None), ("CPV:637", "CPV:63"), ("CPV:63712", "CPV:6371"), ("SDG:11", None)],
)
def test_a_code_is_counted_under_the_one_just_above_it(topic: str, parent: str | None) -> None:
    assert above(topic) == parent


def test_a_page_has_some_of_what_was_found_and_says_how_much_there_is(table: FacetTable) -> None:
    answer = table.find(FacetSearch(skip=1, most=1))
    assert (answer.solutions, answer.total) == (["bus"], 3)


@pytest.mark.parametrize(
    ("amount", "currency", "year", "band"),
    [
        (49_999, "EUR", None, "under_50k"),
        (50_000, "EUR", 2020, "50k_250k"),
        (20_000_000, "EUR", 2020, "over_10m"),
        (1_000_000, "PLN", 2024, "50k_250k"),
        (1_000_000, "PLN", 1990, "50k_250k"),
        (5, "ZZZ", 2020, None),
    ],
)
def test_a_cost_is_in_a_band_of_euros_of_its_year(
    amount: int, currency: str, year: int | None, band: str | None
) -> None:
    rates = {("PLN", 2024): 4.3, ("PLN", 2010): 4.0}
    assert cost_band(Money.model_construct(amount=Decimal(amount), currency=currency), year, rates) == band


@pytest.mark.parametrize(
    ("days", "year"),
    [
        ([{"ended": "2024-01-31"}, {"ended": "2022-01-31"}], 2024),
        ([{"ended": None, "started": "2025-02-01"}], 2025),
        ([{"ended": None}], None),
    ],
)
def test_the_year_is_that_of_the_newest_attempt(days: list[dict[str, Any]], year: int | None) -> None:
    assert year_of([an_implementation(**some) for some in days]) == year


def test_what_is_not_known_of_a_solution_is_no_value_of_a_facet() -> None:
    values = listed_solution(a_solution(), [], a_city(population=None), 2, {})
    assert values["country"] == {"PL"}
    assert values["evidence"] == {"2"}
    assert [facet for facet, some in values.items() if not some] == ["outcome", "size", "cost", "year"]
