"""One rule for all figures of letters and pages: half a unit is rounded up (away from zero)."""

from decimal import ROUND_HALF_UP, Context, Decimal

FEWEST_DIGITS = 28
"""As many as Python keeps by default."""


def half_up(value: float | Decimal, digits: int = 0) -> Decimal:
    """``value`` with ``digits`` decimals, as its decimal notation is read: 2.5 is 3, and 12.345 is 12.35.

    It works for any finite number. Negative ``digits`` round to tens or hundreds. Never minus zero.
    """
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, wide_enough(exact, digits))
    return rounded or abs(rounded)


def wide_enough(value: Decimal, digits: int) -> Context:
    """A context that holds every digit of a finite ``value`` with ``digits`` decimals."""
    return Context(prec=max(FEWEST_DIGITS, value.adjusted() + digits + 2))


def significant(value: Decimal, digits: int) -> Decimal:
    """``value`` with ``digits`` significant digits."""
    return half_up(value, digits - 1 - value.adjusted()) if value else value
