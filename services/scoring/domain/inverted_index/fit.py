"""From ``rel`` to ``fit``: how sure one may be that solution and need are about the same thing."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from services.scoring.domain.inverted_index.relevance import MAXIMUM

CURVE: Final[tuple[tuple[float, float], ...]] = (
    (0.0, 0.0),
    (0.075, 0.2),
    (0.125, 0.35),
    (0.2, 0.6),
    (0.3, 0.7),
    (0.4, 0.78),
    (0.5, 0.87),
    (0.6, 0.93),
    (0.8, 0.98),
    (1.0, 1.0),
)
"""``rel`` as a share of the maximum, and the share of pairs of that ``rel`` that agree in CPV division."""


def fit(rel: int, curve: Sequence[tuple[float, float]] = CURVE) -> float:
    """The chance, 0 to 1, that the two are of one CPV division; ``need`` in the formula of a match.

    It never falls as ``rel`` rises, and is .7 (the gate of a match) at the alert threshold. Calibrated on
    pairs of real notices (``docs/matching.md``).
    """
    share = min(1.0, max(0.0, rel / MAXIMUM))
    place = min(bisect_right(curve, (share, 2.0)), len(curve) - 1)
    (left, low), (right, high) = curve[place - 1], curve[place]
    return low + (high - low) * (share - left) / (right - left)
