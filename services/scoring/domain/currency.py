"""Amounts in the reader's currency, at the mean rate of the year they were agreed in."""

from collections.abc import Mapping
from typing import Final

from shared.facts import MOST_MONEY, Money

EURO: Final = "EUR"
# Units of a currency for one euro, mean of a year, by (currency, year).
Rates = Mapping[tuple[str, int], float]


def converted(money: Money, year: int | None, currency: str, rates: Rates) -> float | None:
    """``money`` in ``currency``; None where a rate of that year is missing or nobody could mean so much.

    An old amount is not converted at today's rate.
    """
    if money.currency == currency:
        return float(money.amount)
    paid, wanted = _per_euro(money.currency, year, rates), _per_euro(currency, year, rates)
    if paid is None or wanted is None:
        return None
    amount = float(money.amount) / paid * wanted
    return amount if amount < MOST_MONEY else None


def _per_euro(currency: str, year: int | None, rates: Rates) -> float | None:
    if year is None:
        return None
    return 1.0 if currency == EURO else rates.get((currency, year))
