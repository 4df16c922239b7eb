"""Chances as natural frequencies: "1 in 7" is read rightly by more people than "14 %" (Gigerenzer 1995)."""

from bisect import bisect_left, bisect_right
from fractions import Fraction
from typing import Final, NamedTuple

FEW: Final = (1000, 500, 200, 100, 50, 30, 20, 15, 12, 10, 9, 8, 7, 6, 5, 4)
MIDDLE: Final = ((3, 10), (1, 3), (2, 5), (1, 2), (3, 5), (2, 3), (7, 10))
MANY: Final = (4, 5, 6, 8, 10, 15, 20, 30, 50, 100, 200, 500, 1000)
CHOICES: Final = tuple(
    sorted(
        {
            *(Fraction(1, whole) for whole in FEW),
            *(Fraction(part, whole) for part, whole in MIDDLE),
            *(Fraction(whole - 1, whole) for whole in MANY),
        }
    )
)
"""Shares that can be pictured: one of a number, a few of ten, all but one of a number."""


class Ratio(NamedTuple):
    """``part`` in ``whole``."""

    part: int
    whole: int


def nearest(share: float) -> Ratio:
    """The nearest of the shares that can be pictured; of two equally near the smaller one."""
    return _ratio(min(CHOICES, key=lambda choice: abs(choice - Fraction(share))))


def at_least(share: float) -> Ratio:
    """The largest that is not above ``share``, so that a lower bound is never said too high.

    Below one in a thousand, which is the smallest, there is none smaller.
    """
    return _ratio(CHOICES[max(0, bisect_right(CHOICES, _clean(share)) - 1)])


def at_most(share: float) -> Ratio:
    """The smallest that is not below ``share``, so that an upper bound is never said too low."""
    return _ratio(CHOICES[min(len(CHOICES) - 1, bisect_left(CHOICES, _clean(share)))])


def _clean(share: float) -> Fraction:
    """``share`` without the last bits of a floating point number: ``1 / 3`` is a third."""
    return Fraction(share).limit_denominator(10_000)


def _ratio(found: Fraction) -> Ratio:
    return Ratio(found.numerator, found.denominator)
