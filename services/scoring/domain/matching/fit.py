"""From ``rel`` to ``fit``: how sure one may be that solution and need are about the same thing."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from services.scoring.domain.matching.rule import MAXIMUM

CURVE: Final[tuple[tuple[float, float], ...]] = ((0.0, 0.0), (0.3, 0.7), (0.6, 0.9), (1.0, 1.0))
"""``rel`` as a share of the maximum, and the fit it stands for; straight lines between."""


def fit(rel: int, curve: Sequence[tuple[float, float]] = CURVE) -> float:
    """A number from 0 to 1 that never falls as ``rel`` rises; ``need`` in the formula of a match.

    Calibrated on pairs of real notices (``docs/matching.md``).
    """
    share = min(1.0, max(0.0, rel / MAXIMUM))
    place = min(bisect_right(curve, (share, 2.0)), len(curve) - 1)
    (left, low), (right, high) = curve[place - 1], curve[place]
    return low + (high - low) * (share - left) / (right - left)
