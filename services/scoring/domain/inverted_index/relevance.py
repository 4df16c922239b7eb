"""The rule of the matching: numbered features, vectors of weights, ``rel`` of two vectors, and ``fit``.

``rel`` is a whole number from 0 to 650,250; everything faster than ``relevance`` is tested against it.
``fit``, 0 to 1, is how sure one may be that solution and need are about the same thing.

How features are numbered decides what matches. One version of the framework has one numbering: codes come
first, in four ranges of ``ROOM`` numbers, each as large as the CPV may grow; the stems follow, hashed.

- ``AT`` and ``UNDER``: a *stated* code of a need, and its parent. A solution with a stated code looks for
  it in ``AT`` (exact), for its parent in ``AT`` (one up) and for itself in ``UNDER`` (one down). Siblings
  never meet.
- ``REACH``: a stated code of a need with all above it, where only codes *read from a text* look.
- ``LIKELY``: codes read from the need's text, where every solution looks.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

ROOM: Final = 1 << 14
AT: Final = 0
UNDER: Final = ROOM
REACH: Final = 2 * ROOM
LIKELY: Final = 3 * ROOM
FIRST_STEM: Final = 4 * ROOM
STEMS: Final = 1 << 17
FEATURES: Final = FIRST_STEM + STEMS
FULL: Final = 255  # the weight that a vector of length one has in its only feature
MOST: Final = 128  # features kept of one vector: the heaviest
CODE_FACTOR: Final = 6
STEM_FACTOR: Final = 4
MAXIMUM: Final = (CODE_FACTOR + STEM_FACTOR) * FULL * FULL
"""``rel`` of two vectors that agree in everything: 650,250."""
ALERT: Final = 3 * MAXIMUM // 10
"""From here on a match is worth telling: three tenths of the maximum."""
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


def stem_bucket(stem: str) -> int:
    """0 … ``STEMS`` − 1, the same on every machine; two stems rarely share one."""
    return crc32(stem.encode()) % STEMS


def stem_feature(stem: str) -> int:
    """The feature of a stem."""
    return FIRST_STEM + stem_bucket(stem)


@dataclass(frozen=True, slots=True, eq=False)
class TermVector:
    """Features in rising order, each once, with their weights; the two arrays are equally long."""

    features: NDArray[np.int32]
    weights: NDArray[np.uint8]

    def __len__(self) -> int:
        return int(self.features.size)

    def items(self) -> dict[int, int]:
        """Weight by feature, as plain numbers."""
        return dict(zip(self.features.tolist(), self.weights.tolist(), strict=True))


def term_vector(weights: Mapping[int, float]) -> TermVector:
    """Weights in 0..1 rounded to 1/255; what rounds to nothing is left out, the heaviest 128 are kept."""
    whole = {feature: min(FULL, round(weight * FULL)) for feature, weight in weights.items()}
    heaviest = sorted((-weight, feature) for feature, weight in whole.items() if weight > 0)[:MOST]
    chosen = sorted((feature, -weight) for weight, feature in heaviest)
    return TermVector(
        np.array([feature for feature, _ in chosen], dtype=np.int32),
        np.array([weight for _, weight in chosen], dtype=np.uint8),
    )


def factor(feature: int) -> int:
    """Codes weigh six, stems four."""
    return STEM_FACTOR if feature >= FIRST_STEM else CODE_FACTOR


def relevance(need: TermVector, solution: TermVector) -> int:
    """``rel = Σ w_need · w_solution · (6 for codes, 4 for stems)`` over the features both have.

    A whole number from 0 to about ``MAXIMUM``: the order of the sum does not matter, so every replica
    finds the same.
    """
    mine, theirs = need.items(), solution.items()
    return sum(factor(feature) * mine[feature] * theirs[feature] for feature in mine.keys() & theirs.keys())


def weighted(query: TermVector) -> NDArray[np.int32]:
    """The query's weights, already times six or four."""
    factors = np.where(query.features >= FIRST_STEM, STEM_FACTOR, CODE_FACTOR).astype(np.int32)
    return factors * query.weights


def fit(rel: int, curve: Sequence[tuple[float, float]] = CURVE) -> float:
    """The chance, 0 to 1, that the two are of one CPV division; ``need`` in the formula of a match.

    It never falls as ``rel`` rises, and is .7 (the gate of a match) at the alert threshold. Calibrated on
    pairs of real notices (``docs/matching.md``).
    """
    share = min(1.0, max(0.0, rel / MAXIMUM))
    place = min(bisect_right(curve, (share, 2.0)), len(curve) - 1)
    (left, low), (right, high) = curve[place - 1], curve[place]
    return low + (high - low) * (share - left) / (right - left)
