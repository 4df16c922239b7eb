"""Amounts in currencies of ISO 4217: which there are, and how many decimals each has."""

from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, model_validator

from shared.facts.text import FROM_OUTSIDE

NO_CURRENCIES = frozenset({"XTS", "XXX"})  # ISO 4217: for testing, and "no currency"
MOST_MONEY = Decimal(10) ** 18
"""More than any state ever paid for anything, in any currency."""
# ISO 4217 where it is not 2. Babel's ``get_currency_precision`` is CLDR's habit of writing (no decimals for
# the Serbian dinar), and would refuse amounts that are right.
_DECIMALS = dict.fromkeys(
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"], 0
)
_DECIMALS |= dict.fromkeys(["XAF", "XOF", "XPF"], 0)
_DECIMALS |= dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)
_DECIMALS |= dict.fromkeys(["CLF", "UYW"], 4)
# What people write who know the currency, but not its code.
_HABITS = {
    "LEI": "RON", "RMB": "CNY", "NIS": "ILS", "UKP": "GBP", "STG": "GBP", "YEN": "JPY", "EURO": "EUR",
    "KCS": "CZK", "SFR": "CHF", "ZLO": "PLN", "ZLT": "PLN", "FTS": "HUF", "NTD": "TWD", "LEV": "BGN",
}  # fmt: skip


@cache
def currencies() -> frozenset[str]:
    """The codes of ISO 4217, those of the past among them: old contracts were paid in marks and francs."""
    from babel.core import get_global  # noqa: PLC0415 - a tenth of a second that most commands do not need

    return frozenset(get_global("all_currencies")) - NO_CURRENCIES


@cache
def _today() -> tuple[str, ...]:
    """The currencies that some territory uses today."""
    from babel.core import get_global  # noqa: PLC0415 - as above

    used = get_global("territory_currencies").values()
    return tuple(
        sorted({code for each in used for code, _from, until, tender in each if not until and tender})
    )


def is_currency(code: str) -> bool:
    """Whether ``code`` is a currency of ISO 4217, now or once."""
    return code in currencies()


def decimals_of(currency: str) -> int:
    """How many decimals an amount in ``currency`` has at most (the minor unit of ISO 4217)."""
    return _DECIMALS.get(currency, 2)


def no_currency(code: str) -> str:
    """Return what is said of a code that is no currency, with the nearest ones that are used today."""
    near = [_HABITS[code]] if code in _HABITS else get_close_matches(code, _today(), n=3, cutoff=0.3)
    hint = f"did you mean {' or '.join(near)}?" if near else "write a code such as EUR"
    return f"'{code}' is no currency of ISO 4217: {hint}"


def _known(code: str, info: ValidationInfo) -> str:
    """Refuse unknown codes where they come in; documents that were kept before stay readable."""
    if info.context == FROM_OUTSIDE and not is_currency(code):
        raise ValueError(no_currency(code))
    return code


def _meant(amount: Decimal, info: ValidationInfo) -> Decimal:
    """``1E+999999`` is a number, but nobody's money: written out, it fills a letter with zeros."""
    if abs(amount) >= MOST_MONEY:
        raise ValueError("an amount of 10^18 and more is a mistake: give it in whole units of its currency")
    if info.context == FROM_OUTSIDE and amount < 0:
        raise ValueError(f"{amount} is negative: write what is paid, or leave it out where it is not known")
    return amount


Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["EUR"]), AfterValidator(_known)]
Amount = Annotated[Decimal, AfterValidator(_meant)]


def too_fine(amount: Decimal, currency: str) -> str | None:
    """Return what is said of an amount with more decimals than its currency has, or None."""
    most = decimals_of(currency)
    if _decimals(amount.normalize()) <= most:
        return None
    rounded, whole = f"{amount:.{most}f}", str(amount).replace(".", "")
    return f"{amount} {currency}: this currency has {most or 'no'} decimals: write {rounded} or {whole}"


def plain_amount(amount: Decimal, currency: str) -> Decimal:
    """Return ``amount`` without zeros behind the decimals of its currency: 500.00 JPY is 500."""
    most = decimals_of(currency)
    if _decimals(amount) <= most or _decimals(amount.normalize()) > most:
        return amount
    return amount.quantize(Decimal(1).scaleb(-most))


def _decimals(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


class MoneyFields(BaseModel):
    """Amount and currency together: the currency decides how many decimals the amount may have."""

    amount: Amount
    currency: Currency

    @model_validator(mode="after")
    def _in_minor_units(self, info: ValidationInfo) -> "MoneyFields":
        """Refuse decimals that the currency does not have where they come in; drop zeros behind them."""
        if _decimals(self.amount):
            if info.context == FROM_OUTSIDE and (wrong := too_fine(self.amount, self.currency)):
                raise ValueError(wrong)
            plain = plain_amount(self.amount, self.currency)
            object.__setattr__(self, "amount", plain)  # a frozen model is not set in any other way
        return self
