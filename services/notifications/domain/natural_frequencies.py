"""Chances as natural frequencies: "1 in 7" is read rightly by more people than "14 %" (Gigerenzer 1995).

A chance, and each end of an interval, is the nearest of the shares that can be pictured. It is at most 2.5
points away, and at most a third of the chance, or of what is left to 1 where that is less.
Below 1 in 1,000 and above 999 in 1,000 it is within a thousandth. The percentage that stands behind it is
therefore never contradicted.
"""

from bisect import bisect_left
from fractions import Fraction
from typing import Final, NamedTuple

FEW: Final = (1000, 500, 300, 200, 100, 70, 50, 40, 30, 25, 20, 15, 12, 10, 9, 8, 7, 6, 5, 4)
MIDDLE: Final = ((3, 10), (1, 3), (3, 8), (2, 5), (9, 20), (1, 2), (11, 20), (3, 5), (5, 8), (2, 3), (7, 10))
MANY: Final = (4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 70, 100, 200, 300, 500, 1000)
CHOICES: Final = tuple(
    sorted(
        {
            *(Fraction(1, whole) for whole in FEW),
            *(Fraction(part, whole) for part, whole in MIDDLE),
            *(Fraction(whole - 1, whole) for whole in MANY),
        }
    )
)
"""Shares that can be pictured: one of a number, a few of a small number, all but one of a number."""


class Ratio(NamedTuple):
    """``part`` in ``whole``."""

    part: int
    whole: int


def nearest(share: float) -> Ratio:
    """The nearest of the shares that can be pictured; of two equally near the smaller one.

    The larger the share, the larger the answer: the ends of an interval stay in order.
    """
    wanted = _clean(share)
    place = bisect_left(CHOICES, wanted)
    near = CHOICES[max(0, place - 1) : place + 1]
    closest = min(near, key=lambda choice: abs(choice - wanted))
    return Ratio(closest.numerator, closest.denominator)


def _clean(share: float) -> Fraction:
    """``share`` without the last bits of a floating point number: ``1 / 3`` is a third."""
    return Fraction(share).limit_denominator(100_000)
