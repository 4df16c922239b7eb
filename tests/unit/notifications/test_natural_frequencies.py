"""Chances as natural frequencies, in every language; they never contradict the percentage behind them."""

import re
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.notifications.adapters.localizer import localizer_for
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.natural_frequencies import CHOICES, nearest

TOLERANCE, PART_OF_IT = Fraction(1, 40), Fraction(1, 3)

POINTS = st.floats(0, 100) | st.integers(0, 1000).map(lambda tenth: tenth / 10)
ENGLISH = re.compile(r"([\d,]+) in ([\d,]+)")


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.14, (1, 7)),
        (1 / 3, (1, 3)),
        (0.267, (1, 4)),
        (0.29, (3, 10)),
        (0.37, (3, 8)),
        (0.45, (9, 20)),
        (0.5, (1, 2)),
        (0.52, (1, 2)),
        (0.58, (3, 5)),
        (0.65, (2, 3)),
        (0.033, (1, 30)),
        (0.02, (1, 50)),
        (0.004, (1, 300)),
        (0.0001, (1, 1000)),
        (0.88, (7, 8)),
        (0.97, (29, 30)),
        (0.9999, (999, 1000)),
    ],
)
def test_a_chance_is_the_nearest_share_that_can_be_pictured(share: float, said: tuple[int, int]) -> None:
    assert nearest(share) == said


@given(POINTS)
@settings(max_examples=500)
def test_a_frequency_is_never_further_from_the_chance_than_the_tolerance(points: float) -> None:
    share, said = Fraction(points) / 100, Fraction(*nearest(points / 100))
    off, smaller_side = abs(said - share), min(share, 1 - share)
    assert off <= TOLERANCE + Fraction(1, 10**5)
    assert off <= max(PART_OF_IT * smaller_side, Fraction(1, 1000)) + Fraction(1, 10**5)
    assert all(off <= abs(choice - share) + Fraction(1, 10**5) for choice in CHOICES), "another is nearer"


@example(14.3, 3.4, 40.2)
@example(33.3, 33.0, 33.6)
@example(26.7, 11.1, 51.5)
@example(0.4, 0.1, 1.2)
@example(99.7, 97.0, 99.9)
@example(0.0, 0.0, 0.0)
@given(POINTS, POINTS, POINTS)
@settings(max_examples=500, deadline=None)
def test_a_sentence_about_a_risk_agrees_with_the_percentages_behind_it(
    first: float, second: float, third: float
) -> None:
    low, points, high = sorted((first, second, third))
    speak = localizer_for("en")
    said = speak.how_many_fail(points, low, high)
    shares = [100 * Fraction(int(part), int(whole.replace(",", ""))) for part, whole in ENGLISH.findall(said)]
    told = [points, low, high] if len(shares) == 3 else [points]
    assert len(shares) in {1, 3}
    for share, real in zip(shares, told, strict=True):
        assert abs(share - Fraction(real)) <= 100 * TOLERANCE + Fraction(1, 100), said
    if len(shares) == 3:
        assert shares[1] <= shares[0] <= shares[2], said
        assert shares[1] < shares[2], "an interval of one figure is none"
    else:
        assert nearest(low / 100) == nearest(high / 100)


@pytest.mark.parametrize(
    ("points", "low", "high", "said", "behind"),
    [
        (14.3, 3.4, 40.2, "About 1 in 7 such projects fail – it could be 1 in 30 to 2 in 5", "14%, 3–40"),
        (26.7, 11.1, 51.5, "About 1 in 4 such projects fail – it could be 1 in 9 to 1 in 2", "27%, 11–52"),
        (33.3, 33.0, 33.6, "About 1 in 3 such projects fail", "33%, 33–34"),
        (33.3, 33.2, 33.4, "About 1 in 3 such projects fail", "33%"),
        (0.4, 0.1, 1.2, "About 1 in 300 such projects fail – it could be 1 in 1,000 to 1 in 100",
         "less than 1%, 0–1"),
        (99.7, 97.0, 99.9, "About 299 in 300 such projects fail – it could be 29 in 30 to 999 in 1,000",
         "more than 99%, 97–100"),
        (50, 2, 98, "About 1 in 2 such projects fail – it could be 1 in 50 to 49 in 50", "50%, 2–98"),
    ],
)  # fmt: skip
def test_in_english_it_reads_as_people_say_it(
    points: float, low: float, high: float, said: str, behind: str
) -> None:
    speak = localizer_for("en")
    assert speak.how_many_fail(points, low, high) == said
    assert speak.percent_range(points, low, high) == behind


def test_no_share_needs_more_than_a_thousand_to_be_pictured() -> None:
    assert max(choice.denominator for choice in CHOICES) == 1000
    assert all(choice.denominator <= 20 for choice in CHOICES if Fraction(1, 8) < choice < Fraction(7, 8))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_frequency_comes_first_and_the_percentage_second(language: str) -> None:
    speak = localizer_for(language)
    chance = speak.chance(14)
    assert chance.startswith(speak.ratio(14))
    assert chance.endswith(f"({speak.percent(14)})")
    assert {"1", "7"} <= set(speak.ratio(14))
    said = speak.how_many_fail(14, 3.4, 39)
    for points in (14, 3.4, 39):
        assert speak.ratio(points) in said
    assert "%(" not in said
    assert said.startswith(speak.how_many_fail(14, 14, 14)), "alone it is the same sentence, cut short"
    assert speak.chance(0) == speak.percent(0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("points", "other"), [(0.004, 0), (0.4, 0), (0.99, 1), (99.001, 99), (99.7, 100), (99.999, 100)]
)
def test_nearly_nothing_is_not_nothing_and_nearly_all_is_not_all(
    points: float, other: float, language: str
) -> None:
    speak = localizer_for(language)
    assert speak.percent(points) != speak.percent(other)
    assert speak.percent(1 if points < 1 else 99) in speak.percent(points)
