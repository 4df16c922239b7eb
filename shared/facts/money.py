"""Amounts in currencies of ISO 4217, and the number of decimals of each currency."""

from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, model_validator

from shared.facts.errors import value_error
from shared.facts.text import FROM_OUTSIDE

NO_CURRENCIES = frozenset({"XTS", "XXX"})  # ISO 4217: for testing, and "no currency"
_OF_CLDR_ONLY = frozenset({"CNH", "CNX", "KRH", "KRO", "MKN"})  # codes of CLDR that ISO 4217 never had
CURRENCY_SIGNS = {
    "€": "EUR", "£": "GBP", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "₴": "UAH", "₹": "INR", "₪": "ILS",
    "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "R$": "BRL",
    "HK$": "HKD", "NT$": "TWD", "₽": "RUB", "₺": "TRY", "₩": "KRW", "₫": "VND", "₦": "NGN",
}  # fmt: skip
"""Signs that mean one currency; "$", "kr" and "¥" mean several."""
MOST_MONEY = Decimal(10) ** 18
"""Amounts from here on are rejected: no real payment in any currency is that large."""
# Minor units of ISO 4217 other than 2. Babel's ``get_currency_precision`` returns the decimals that are usual
# in text (CLDR), such as none for the Serbian dinar, and would reject valid amounts.
_DECIMALS = dict.fromkeys(
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"], 0
)
_DECIMALS |= dict.fromkeys(["XAF", "XOF", "XPF"], 0)
_DECIMALS |= dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)
_DECIMALS |= dict.fromkeys(["CLF", "UYW"], 4)
# Frequent wrong codes and the currencies that they mean.
_FREQUENT_MISTAKES = {
    "LEI": "RON", "RMB": "CNY", "NIS": "ILS", "UKP": "GBP", "STG": "GBP", "YEN": "JPY", "EURO": "EUR",
    "KCS": "CZK", "SFR": "CHF", "ZLO": "PLN", "ZLT": "PLN", "FTS": "HUF", "NTD": "TWD", "LEV": "BGN",
    "CNH": "CNY",
}  # fmt: skip


@cache
def currencies() -> frozenset[str]:
    """Return the codes of ISO 4217 including withdrawn ones, which old contracts use (DEM, FRF)."""
    from babel.core import get_global  # noqa: PLC0415 - takes 0.1 s; most commands do not need it

    return frozenset(get_global("all_currencies")) - NO_CURRENCIES - _OF_CLDR_ONLY


@cache
def _current_currencies() -> tuple[str, ...]:
    """Return the currencies that are legal tender in some territory today."""
    from babel.core import get_global  # noqa: PLC0415 - as above

    by_territory = get_global("territory_currencies").values()
    return tuple(
        sorted(
            {
                code
                for currencies in by_territory
                for code, _from, until, tender in currencies
                if not until and tender
            }
        )
    )


def is_currency(code: str) -> bool:
    """Return whether ``code`` is a current or withdrawn currency of ISO 4217."""
    return code in currencies()


def decimals_of(currency: str) -> int:
    """Return the most decimals of an amount in ``currency``: the minor unit of ISO 4217."""
    return _DECIMALS.get(currency, 2)


def currency_error(code: str) -> str:
    """Return the error message for an unknown code, with up to three similar current codes."""
    similar = (
        [_FREQUENT_MISTAKES[code]]
        if code in _FREQUENT_MISTAKES
        else get_close_matches(code, _current_currencies(), n=3, cutoff=0.3)
    )
    hint = f"did you mean {' or '.join(similar)}?" if similar else "write a code such as EUR"
    return f"'{code}' is no currency of ISO 4217: {hint}"


def _known_currency(code: str, info: ValidationInfo) -> str:
    """Reject unknown codes in input from outside; stored documents with such codes stay readable."""
    if info.context == FROM_OUTSIDE and not is_currency(code):
        raise value_error("currency_unknown", currency_error(code))
    return code


def _plausible_amount(amount: Decimal, info: ValidationInfo) -> Decimal:
    """Reject amounts of 10^18 and more (also ``1E+999999``), and negative amounts from outside."""
    if abs(amount) >= MOST_MONEY:
        message = "an amount of 10^18 and more is a mistake: give it in whole units of its currency"
        raise value_error("amount_too_large", message)
    if info.context == FROM_OUTSIDE and amount < 0:
        message = f"{amount} is negative: write what is paid, or leave it out where it is not known"
        raise value_error("amount_negative", message)
    return amount


Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["EUR"]), AfterValidator(_known_currency)]
Amount = Annotated[Decimal, AfterValidator(_plausible_amount)]


def decimals_error(amount: Decimal, currency: str) -> str | None:
    """Return the error message for an amount with more decimals than its currency has, or None."""
    most = decimals_of(currency)
    if _decimals(amount.normalize()) <= most:
        return None
    rounded, whole = f"{amount:.{most}f}", str(amount).replace(".", "")
    return f"{amount} {currency}: this currency has {most or 'no'} decimals: write {rounded} or {whole}"


def plain_amount(amount: Decimal, currency: str) -> Decimal:
    """Return ``amount`` without zeros after the decimals of its currency: 500.00 JPY becomes 500."""
    most = decimals_of(currency)
    if _decimals(amount) <= most or _decimals(amount.normalize()) > most:
        return amount
    return amount.quantize(Decimal(1).scaleb(-most))


def _decimals(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


class MoneyFields(BaseModel):
    """Amount and currency; the currency decides how many decimals the amount may have."""

    amount: Amount
    currency: Currency

    @model_validator(mode="after")
    def _in_minor_units(self, info: ValidationInfo) -> "MoneyFields":
        """Reject decimals that the currency does not have in input from outside; drop trailing zeros."""
        if _decimals(self.amount):
            if info.context == FROM_OUTSIDE and (error := decimals_error(self.amount, self.currency)):
                raise value_error("too_many_decimals", error)
            plain = plain_amount(self.amount, self.currency)
            object.__setattr__(self, "amount", plain)  # the only way to set a field of a frozen model
        return self
