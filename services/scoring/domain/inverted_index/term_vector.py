"""A need or a solution as the matching sees it: numbered features with weights from 1 to 255."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FULL: Final = 255  # the weight that a vector of length one has in its only feature
MOST: Final = 128  # features kept of one bag: the heaviest


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


def bag(weights: Mapping[int, float]) -> TermVector:
    """Weights in 0..1 rounded to 1/255; what rounds to nothing is left out, the heaviest 128 are kept."""
    whole = {feature: min(FULL, round(weight * FULL)) for feature, weight in weights.items()}
    heaviest = sorted((-weight, feature) for feature, weight in whole.items() if weight > 0)[:MOST]
    chosen = sorted((feature, -weight) for weight, feature in heaviest)
    return TermVector(
        np.array([feature for feature, _ in chosen], dtype=np.int32),
        np.array([weight for _, weight in chosen], dtype=np.uint8),
    )
