"""Saved searches: what is news to a post, and the letter that tells of it."""

from datetime import datetime, timedelta

import pytest

from services.notifications.domain.catalogue.query import CatalogueQuery, read_query
from services.notifications.domain.catalogue.saved import RecordTimes, SavedSearch, news, search_id, to_save
from services.notifications.domain.letters.searches import FoundNews, SearchesLetter, write
from tests.builders import (
    KRAKOW,
    NOW,
    TAMPERE,
    YORK,
    a_brief,
    a_failure,
    a_solution,
    an_implementation,
    an_official,
)

SOLUTION, FAILED = "solution|sol-1", f"outcome|sol-1|{YORK}"
EARLIER, LATER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)


def a_search(*told: str) -> SavedSearch:
    """A search that is followed since ``NOW``."""
    return SavedSearch("s", "official-1", "Freight", {"q": "freight"}, NOW, frozenset(told))


def results(first: datetime, second: datetime, city: str = TAMPERE) -> list[RecordTimes]:
    """A solution of a city, and an attempt of York at it, by when they were recorded."""
    return [RecordTimes("sol-1", {SOLUTION: (city, first), FAILED: (YORK, second)})]


@pytest.mark.parametrize(
    ("found", "told", "keys"),
    [
        (results(EARLIER, EARLIER), (), None),
        (results(NOW, NOW), (), None),
        (results(LATER, EARLIER), (), (SOLUTION,)),
        (results(EARLIER, LATER), (), (FAILED,)),
        (results(LATER, LATER), (), (SOLUTION, FAILED)),
        (results(LATER, LATER), (SOLUTION,), (FAILED,)),
        (results(LATER, LATER), (SOLUTION, FAILED), None),
        (results(LATER, EARLIER, KRAKOW), (), None),
        (results(LATER, LATER, KRAKOW), (), (FAILED,)),
    ],
    ids=[
        "old", "as old as the search", "a solution", "a failure of an old one", "both", "one was told",
        "both were told", "the own city's", "of the own city's one a failure elsewhere",
    ],
)  # fmt: skip
def test_news_is_what_others_recorded_since_and_nobody_told(
    found: list[RecordTimes], told: tuple[str, ...], keys: tuple[str, ...] | None
) -> None:
    assert news(a_search(*told), KRAKOW, found) == ({"sol-1": keys} if keys else {})


def test_the_same_search_in_another_order_or_language_is_the_same_and_of_another_post_another() -> None:
    query = read_query({"q": "night", "outcome": "failed"})
    same = read_query(
        {"q": "night", "outcome": "failed", "sort": "newest", "page": "3", "lang": "fi"}, ("fi",)
    )
    assert search_id("a", query) == search_id("a", same)
    assert search_id("a", query) != search_id("b", query)
    assert search_id("a", query) != search_id("a", CatalogueQuery("night"))
    assert to_save(same).address == "/solutions?q=night&outcome=failed"


BRIEF = a_brief(
    solution=a_solution(),
    implementations=(an_implementation(city=YORK, outcome="failed", failure=a_failure()),),
    city_names={YORK: "York"},
)


def a_letter(*keys: str) -> SearchesLetter:
    """A letter about these records, which two searches found."""
    found = [FoundNews(name, "/solutions?q=x", {"sol-1": keys}) for name in ("one", "two")]
    letter = write(an_official(), "daily|2026-11-20", found, {"sol-1": BRIEF}, NOW)
    assert letter is not None
    return letter


def test_what_two_searches_found_stands_once_with_its_new_attempts() -> None:
    letter = a_letter(SOLUTION, FAILED)
    assert [group.name for group in letter.groups] == ["one"]
    (line,) = letter.everything()
    assert [told.city for told in line.attempts] == ["York"]
    assert a_letter(SOLUTION).everything()[0].attempts == ()
    assert write(an_official(), "daily|2026-11-20", [FoundNews("x", "/", {})], {}, NOW) is None


@pytest.mark.parametrize(
    ("hidden", "left"),
    [
        ((), (SOLUTION, FAILED)),
        ((FAILED,), (SOLUTION,)),
        ((SOLUTION,), None),
        ((SOLUTION, FAILED), None),
    ],
)
def test_what_may_not_be_told_of_when_the_letter_goes_is_taken_out(
    hidden: tuple[str, ...], left: tuple[str, ...] | None
) -> None:
    letter = a_letter(SOLUTION, FAILED).without(frozenset(hidden))
    assert (letter.everything()[0].records if letter else None) == left
    if letter and FAILED in hidden:
        assert letter.everything()[0].attempts == ()
    only_the_failure = a_letter(FAILED).without(frozenset({SOLUTION}))
    assert only_the_failure is None
