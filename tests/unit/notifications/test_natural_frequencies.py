"""Chances as natural frequencies, in every language; bounds are never said narrower than they are."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.adapters.localizer import localizer_for
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.natural_frequencies import CHOICES, at_least, at_most, nearest


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.14, (1, 7)),
        (1 / 3, (1, 3)),
        (0.267, (1, 4)),
        (0.29, (3, 10)),
        (0.5, (1, 2)),
        (0.56, (3, 5)),
        (0.65, (2, 3)),
        (0.033, (1, 30)),
        (0.02, (1, 50)),
        (0.004, (1, 200)),
        (0.0001, (1, 1000)),
        (0.88, (7, 8)),
        (0.97, (29, 30)),
        (0.9999, (999, 1000)),
    ],
)
def test_a_chance_is_the_nearest_share_that_can_be_pictured(share: float, said: tuple[int, int]) -> None:
    assert nearest(share) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.034, 0.39, ((1, 30), (2, 5))),
        (0.111, 0.515, ((1, 10), (3, 5))),
        (1 / 3, 2 / 3, ((1, 3), (2, 3))),
        (0.071, 0.766, ((1, 15), (4, 5))),
        (0.0004, 0.9996, ((1, 1000), (999, 1000))),
    ],
)
def test_bounds_are_said_outward(
    low: float, high: float, said: tuple[tuple[int, int], tuple[int, int]]
) -> None:
    assert (at_least(low), at_most(high)) == said


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
@settings(max_examples=300)
def test_what_is_said_lies_in_order_and_near(first: float, second: float) -> None:
    low, high = sorted((first, second))
    least, about, most = (
        Fraction(*ratio) for ratio in (at_least(low), nearest((low + high) / 2), at_most(high))
    )
    assert least <= about <= most
    assert least <= low + 1e-4
    assert most >= high - 1e-4
    assert abs(about - (low + high) / 2) <= 0.05


def test_no_share_needs_more_than_a_thousand_to_be_pictured() -> None:
    assert max(choice.denominator for choice in CHOICES) == 1000
    assert all(choice.denominator <= 10 for choice in CHOICES if Fraction(1, 8) < choice < Fraction(7, 8))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_frequency_comes_first_and_the_percentage_second(language: str) -> None:
    speak = localizer_for(language)
    chance = speak.chance(14)
    assert chance.startswith(speak.ratio(14))
    assert chance.endswith(f"({speak.percent(14)})")
    assert {"1", "7"} <= set(speak.ratio(14))
    said = speak.how_many_fail(14, 3.4, 39)
    for points in (14, 3.3, 40):
        assert speak.ratio(points) in said
    assert "%(" not in said
    assert speak.chance(0) == speak.percent(0)


def test_in_english_it_reads_as_people_say_it() -> None:
    said = localizer_for("en").how_many_fail(14.2, 3.4, 39.5)
    assert said == "About 1 in 7 such projects fail – it could be 1 in 30 to 2 in 5"
