"""Days and amounts mean the same wherever they come in; what was kept before stays readable."""

from datetime import date
from decimal import Decimal

import pytest
from babel.core import get_global
from babel.numbers import get_currency_precision
from pydantic import TypeAdapter, ValidationError

from shared.facts import FROM_OUTSIDE, Day, Money, decimals_of, is_currency

DAY = TypeAdapter[date](Day)


@pytest.mark.parametrize(
    "written", ["2024-03-01", "20240301", "2024-03-01+01:00", "2024-03-01Z", " 2024-03-01 "]
)
def test_a_day_is_a_day_however_it_is_written(written: str) -> None:
    assert DAY.validate_python(written) == date(2024, 3, 1)


@pytest.mark.parametrize("written", [0, 1798675200, 44196, 1.0, True, "0", "44196", "1798675200", "1e9"])
def test_a_number_is_no_day(written: object) -> None:
    with pytest.raises(ValidationError, match="write the day"):
        DAY.validate_python(written)


@pytest.mark.parametrize(
    ("amount", "currency", "kept"),
    [
        ("500.00", "JPY", "500"),
        ("12.34", "KWD", "12.34"),
        ("12.345", "KWD", "12.345"),
        ("12.3400", "EUR", "12.34"),
        ("1000", "EUR", "1000"),
        ("1000", "DEM", "1000"),
        ("1234.56", "RSD", "1234.56"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(amount: str, currency: str, kept: str) -> None:
    money = Money.model_validate({"amount": amount, "currency": currency}, context=FROM_OUTSIDE)
    assert str(money.amount) == kept


@pytest.mark.parametrize(
    ("amount", "currency", "message"),
    [
        ("12.345", "EUR", "write 12.34 or 12345"),
        ("500.5", "JPY", "this currency has no decimals"),
        ("-5", "EUR", "is negative"),
        ("1", "ZZQ", "'ZZQ' is no currency of ISO 4217: did you mean "),
        ("1", "QQQ", "'QQQ' is no currency of ISO 4217"),
        ("1", "LEI", "did you mean RON?"),
        ("1", "XXX", "is no currency"),
        ("1", "EUE", "did you mean EUR"),
    ],
)
def test_what_cannot_be_an_amount_is_asked_back_and_what_was_kept_is_read(
    amount: str, currency: str, message: str
) -> None:
    given = {"amount": amount, "currency": currency}
    with pytest.raises(ValidationError, match="(?s)" + message.replace("?", "[?]")):
        Money.model_validate(given, context=FROM_OUTSIDE)
    assert Money.model_validate(given).amount == Decimal(amount)


def test_decimals_are_those_of_iso_4217_where_babel_has_them_too() -> None:
    listed = [code for code in get_global("all_currencies") if is_currency(code) and decimals_of(code) != 2]
    differ = {code for code in listed if get_currency_precision(code) != decimals_of(code)}
    assert differ == {"IQD"}  # ISO 4217 has three; CLDR writes the dinar of Iraq without
