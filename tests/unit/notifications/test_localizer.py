"""Figures as a reader reads them: money by the currency's own minor unit, one rounding, durations, dates."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.adapters.localizer import localizer_for
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.rounding import half_up, significant
from shared.events import Price
from shared.facts import Money, Verification, currencies, decimals_of


def price(per_head: float, currency: str) -> Price:
    paid = Money(amount=Decimal(1), currency=currency)
    return Price(
        city_name="Kyoto", paid=paid, source="outcome|x", verification=Verification.SELF, per_head=per_head
    )


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("500.00", "JPY", "500 JPY"),
        ("500.00", "ISK", "500 ISK"),
        ("999.00", "KRW", "999 KRW"),
        ("1234.5", "JPY", "1,235 JPY"),
        ("12.345", "BHD", "12.345 BHD"),
        ("12.34", "KWD", "12.340 KWD"),
        ("1500.5", "TND", "1,500.500 TND"),
        ("1.2345", "CLF", "1.2345 CLF"),
        ("4.9", "EUR", "4.90 EUR"),
        ("2.675", "EUR", "2.68 EUR"),
        ("2.665", "EUR", "2.67 EUR"),
        ("1240000", "EUR", "1,240,000 EUR"),
        ("1234.56", "EUR", "1,234.56 EUR"),
        ("0", "EUR", "0 EUR"),
        ("0.004", "PLN", "less than 0.01 PLN"),
        ("0.4", "JPY", "less than 1 JPY"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(amount: str, currency: str, said: str) -> None:
    assert localizer_for("en").money(Money(amount=Decimal(amount), currency=currency)) == said


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (0.0004, "JPY", "less than 1 JPY"),
        (1.44, "JPY", "1.4 JPY"),
        (2.0, "JPY", "2 JPY"),
        (357.5, "ISK", "358 ISK"),
        (12.345, "BHD", "12.345 BHD"),
        (0.034, "EUR", "0.034 EUR"),
        (0.05, "EUR", "0.05 EUR"),
        (0.0049, "EUR", "less than 0.01 EUR"),
        (4.9, "EUR", "4.90 EUR"),
        (0.0, "EUR", "0 EUR"),
    ],
)
def test_a_price_per_head_is_never_nothing_that_is_something(amount: float, currency: str, said: str) -> None:
    assert localizer_for("en").per_head(price(amount, currency)) == said


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("3421765.32", "PLN", "3,420,000 PLN"),
        ("98765.4", "JPY", "98,800 JPY"),
        ("12.345", "EUR", "12.30 EUR"),
        ("999.6", "EUR", "1,000 EUR"),
        ("0.004", "EUR", "less than 0.01 EUR"),
    ],
)
def test_a_converted_price_has_no_more_digits_than_a_mean_rate(amount: str, currency: str, said: str) -> None:
    assert localizer_for("en").converted(Money(amount=Decimal(amount), currency=currency)) == said


@pytest.mark.parametrize("language", LANGUAGES)
@given(
    st.decimals(0, 10**7, places=4, allow_nan=False, allow_infinity=False),
    st.sampled_from(sorted(currencies())),
)
@settings(max_examples=60, deadline=None)
def test_in_every_language_the_amount_is_the_one_rounded_half_up(
    language: str, amount: Decimal, currency: str
) -> None:
    speak, digits = localizer_for(language), decimals_of(currency)
    said = speak.money(Money(amount=amount, currency=currency))
    unit = Decimal(1).scaleb(-digits)
    assert said.count(currency) == 1
    if 0 < amount < unit:
        assert speak.money(Money(amount=unit, currency=currency)) in said
        return
    expected = amount.quantize(unit, ROUND_HALF_UP)
    symbols = speak.regional.number_symbols["latn"]
    number = said.replace(currency, "").strip().replace(symbols["group"], "")
    whole, _, decimals = number.replace(symbols["decimal"], ".").partition(".")
    whole = re.sub(r"\s", "", whole)
    assert Decimal(f"{whole}.{decimals or 0}") == expected, said
    assert len(decimals) == (0 if expected == expected.to_integral_value() else digits), said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0.0, "1 day"),
        (0.1, "3 days"),
        (0.5, "15 days"),
        (29.4 / 30, "29 days"),
        (29.6 / 30, "1 month"),
        (1, "1 month"),
        (2.49, "2 months"),
        (2.5, "3 months"),
        (3.5, "4 months"),
        (18.5, "19 months"),
        (120, "120 months"),
    ],
)
def test_a_duration_is_in_days_below_a_month_and_rounded_half_up(count: float, said: str) -> None:
    assert localizer_for("en").months(count) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_and_months_are_said_in_every_language(language: str) -> None:
    speak = localizer_for(language)
    assert "3" in speak.months(0.1)
    assert "19" in speak.months(18.5)
    assert speak.months(0.1) != speak.months(3)


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [
        (0.5, 0, "1"), (1.5, 0, "2"), (2.5, 0, "3"), (64.5, 0, "65"), (-2.5, 0, "-3"), (-0.4, 0, "0"),
        (26.65, 1, "26.7"), (1.005, 2, "1.01"), (123456, -3, "123E+3"),
    ],
)  # fmt: skip
def test_half_a_unit_is_rounded_up(value: float, digits: int, rounded: str) -> None:
    assert half_up(value, digits) == Decimal(rounded)


def test_significant_digits_of_nothing_are_nothing() -> None:
    assert significant(Decimal(0), 3) == 0


@pytest.mark.parametrize(
    ("language", "day", "said"),
    [
        ("fr", date(2026, 12, 1), "1er décembre 2026"),
        ("fr", date(2026, 12, 11), "11 décembre 2026"),
        ("fr", date(2026, 12, 21), "21 décembre 2026"),
        ("it", date(2026, 12, 1), "1º dicembre 2026"),
        ("es", date(2026, 12, 1), "1 de diciembre de 2026"),
    ],
)
def test_the_first_day_of_a_month_is_an_ordinal_where_the_language_has_it(
    language: str, day: date, said: str
) -> None:
    assert localizer_for(language).day(day) == said


def test_names_of_languages_in_greek_sentences_have_no_capital() -> None:
    assert localizer_for("el").language_name("en") == "αγγλικά"
    assert localizer_for("de").language_name("en") == "Englisch"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_city_without_a_name_is_a_city_and_never_an_id(language: str) -> None:
    speak = localizer_for(language)
    assert speak.named("heerlen", "heerlen") == speak.named("") == speak.named(None) == speak.say("a city")
    assert speak.named("Heerlen", "heerlen") == "Heerlen"
    assert speak.all_named(("Heerlen", "", "")) == speak.all_of(("Heerlen", speak.say("a city")))


@given(st.sampled_from(LANGUAGES), st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 9))
@settings(max_examples=200, deadline=None)
def test_any_finite_number_is_written_and_what_is_measured_is_read_back(
    language: str, value: float, digits: int
) -> None:
    speak = localizer_for(language)
    written = speak.number(value, digits)
    assert speak.percent(abs(value))
    assert speak.months(abs(value))
    assert speak.read_number(written) == half_up(value, digits)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", ["1_000", "1e5", "1E+5", "Infinity", "NaN", "0x10", "1.2.3,4,5", "--1", ""])
def test_what_only_a_program_reads_as_a_number_is_none(language: str, typed: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        localizer_for(language).read_number(typed)


def test_a_mistake_shows_the_number_that_is_accepted_in_the_language() -> None:
    assert localizer_for("en").what_is_wrong("number").endswith("such as 1200 or 1,234.5.")
    assert "1234,5" in localizer_for("de").what_is_wrong("number").replace(".", "")
    assert localizer_for("en").what_is_wrong("year").endswith("from 1950 to 2200.")


def test_very_many_months_are_written_in_full() -> None:
    assert localizer_for("en").months(1e11) == "100,000,000,000 months"
    assert localizer_for("en").months(36) == "36 months"
