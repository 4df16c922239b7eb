"""The rules of the public catalogue: addresses of searches, facets as links, readable ends of addresses."""

import pytest

from services.notifications.domain.catalogue.facets import shown_facets
from services.notifications.domain.catalogue.query import LONGEST_TEXT, CatalogueQuery, read_query
from services.notifications.domain.catalogue.slugs import LONGEST, slug_of


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Night-time freight", "night-time-freight"),
        ("  Kraków: łączność & Co. ", "krakow-łacznosc-co"),
        ("Verkeersarme straten (2024)", "verkeersarme-straten-2024"),
        ("夜間配送", "夜間配送"),
        ("<script>/../", "script"),
        ("…!", "solution"),
        ("word " * 40, "word-word-word-word-word-word-word-word-word-word-word-word"),
        ("x" * 200, "x" * LONGEST),
    ],
)
def test_the_readable_end_of_an_address_is_made_of_the_title(title: str, slug: str) -> None:
    assert slug_of(title) == slug
    assert slug_of(slug) == slug


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({}, "/solutions"),
        ({"q": "  night   lorries "}, "/solutions?q=night+lorries"),
        ({"q": "x" * 1_000}, f"/solutions?q={'x' * LONGEST_TEXT}"),
        ({"country": "FI", "outcome": "failed"}, "/solutions?outcome=failed&country=FI"),
        ({"topic": "CPV:637", "year": "2024"}, "/solutions?topic=CPV%3A637&year=2024"),
        (
            {"cost": "under_50k", "size": "over_1m", "evidence": "3"},
            "/solutions?size=over_1m&cost=under_50k&evidence=3",
        ),
        ({"page": "3", "sort": "newest", "lang": "fi"}, "/solutions?sort=newest&page=3&lang=fi"),
        ({"page": "1"}, "/solutions"),
        ({"page": "999999999999999999999"}, "/solutions?page=500"),
        ({"page": "²"}, "/solutions"),
        ({"outcome": "great", "country": "fi", "year": "99", "evidence": "9", "lang": "xx"}, "/solutions"),
        ({"unknown": "1", "topic": "<b>"}, "/solutions"),
    ],
)
def test_an_address_is_read_bounded_and_written_in_one_way(fields: dict[str, str], address: str) -> None:
    query = read_query(fields, ("en", "fi"))
    assert query.address == address


def test_another_choice_begins_at_the_first_page_and_keeps_the_rest() -> None:
    query = read_query({"q": "night", "country": "FI", "page": "3", "sort": "newest"})
    assert query.with_value("outcome", "failed").address == (
        "/solutions?q=night&outcome=failed&country=FI&sort=newest"
    )
    assert query.with_value("country", "").address == "/solutions?q=night&sort=newest"
    assert query.without_text().address == "/solutions?country=FI&sort=newest"
    assert query.on_page(4).address == "/solutions?q=night&country=FI&sort=newest&page=4"


@pytest.mark.parametrize(
    ("query", "sort"),
    [
        (CatalogueQuery(), "learning"),
        (CatalogueQuery("night"), "relevance"),
        (CatalogueQuery("night", sort="newest"), "newest"),
        (CatalogueQuery(sort="relevance"), "learning"),
    ],
)
def test_results_are_in_the_order_that_was_asked_for_or_that_makes_sense(
    query: CatalogueQuery, sort: str
) -> None:
    assert query.sorted_by == sort


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (20, 1), (21, 2), (100_000, 500)])
def test_the_number_of_pages_is_bounded(total: int, pages: int) -> None:
    assert CatalogueQuery().pages(total) == pages


def test_bands_are_shown_as_they_grow_years_backwards_and_others_by_number() -> None:
    counts = {
        "cost": {"over_10m": 9, "under_50k": 1},
        "year": {"2020": 5, "2024": 1},
        "country": {"FI": 1, "PL": 7},
        "outcome": {"failed": 2, "succeeded": 1},
        "size": {},
    }
    shown = {
        facet.facet: [value.value for value in facet.values]
        for facet in shown_facets(counts, CatalogueQuery())
    }
    assert shown == {
        "outcome": ["succeeded", "failed"],
        "country": ["PL", "FI"],
        "cost": ["under_50k", "over_10m"],
        "year": ["2024", "2020"],
    }


def test_a_chosen_value_is_shown_with_the_way_to_remove_it_even_where_it_has_nothing() -> None:
    many = {f"{first}{second}": 9 for first in "ABCDE" for second in "ABCDE"}
    (country,) = shown_facets({"country": many}, read_query({"country": "ZZ"}))
    chosen = [value for value in country.values if value.chosen]
    assert [(value.value, value.solutions, value.address) for value in chosen] == [("ZZ", 0, "/solutions")]
    assert len(country.values) == 13
