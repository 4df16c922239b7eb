"""One rule for all figures of letters and pages: half a unit is rounded up (away from zero)."""

from decimal import ROUND_HALF_UP, Decimal


def half_up(value: float | Decimal, digits: int = 0) -> Decimal:
    """``value`` with ``digits`` decimals, as its decimal notation is read: 2.5 is 3, and 12.345 is 12.35.

    Negative ``digits`` round to tens or hundreds. Never minus zero.
    """
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0


def significant(value: Decimal, digits: int) -> Decimal:
    """``value`` with ``digits`` significant digits."""
    return half_up(value, digits - 1 - value.adjusted()) if value else value
