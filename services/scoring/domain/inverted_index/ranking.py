"""Best first: finds in falling order of ``rel``, equal ones by the digest of their ids."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.inverted_index.kernels import compiled

BITS: Final = 11  # of a score in one pass; two passes sort up to four million
DIGITS: Final = 1 << BITS


@compiled
def best_first(
    rows: NDArray[np.int64], scores: NDArray[np.int32], keys: NDArray[np.uint64]
) -> NDArray[np.int64]:
    """Places of the finds in falling order of score, then rising order of the row's key.

    Most finds differ in score; only of those that do not the keys are looked up, which are far apart in
    memory.
    """
    places = by_digit(by_digit(np.arange(scores.size), scores, 0), scores, BITS)
    begin = 0
    for end in range(1, places.size + 1):
        if end == places.size or scores[places[end]] != scores[places[begin]]:
            if end - begin > 1:
                equal = places[begin:end].copy()
                places[begin:end] = equal[np.argsort(keys[rows[equal]])]
            begin = end
    return places


@compiled
def by_digit(places: NDArray[np.int64], scores: NDArray[np.int32], shift: int) -> NDArray[np.int64]:
    """Places sorted by eleven bits of their score, the highest first; equal ones keep their order."""
    heads = np.zeros(DIGITS + 1, dtype=np.int64)
    for place in places:
        heads[DIGITS - ((scores[place] >> shift) & (DIGITS - 1))] += 1
    heads = np.cumsum(heads)
    made = np.empty_like(places)
    for place in places:
        head = DIGITS - 1 - ((scores[place] >> shift) & (DIGITS - 1))
        made[heads[head]] = place
        heads[head] += 1
    return made
