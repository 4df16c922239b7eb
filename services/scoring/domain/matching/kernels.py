"""The two inner loops, compiled. They release the interpreter lock and allocate nothing."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile at the first call, and keep the result on disk.

    The place is ``NUMBA_CACHE_DIR``, else next to this file; where neither can be written (a read-only
    installation without that variable) each process compiles for itself.
    """
    try:
        made: Callable[P, R] = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        made = numba.njit(nogil=True)(function)
    return made


@compiled
def accumulate(
    starts: NDArray[np.int32],
    offsets: NDArray[np.uint16],
    impacts: NDArray[np.uint8],
    features: NDArray[np.int32],
    weights: NDArray[np.int32],
    totals: NDArray[np.int32],
) -> None:
    """Add what each feature of the query gives to each need of one segment."""
    for place in range(features.size):
        weight = weights[place]
        for post in range(starts[features[place]], starts[features[place] + 1]):
            totals[offsets[post]] += weight * np.int32(impacts[post])


@compiled
def collect(
    totals: NDArray[np.int32],
    least: int,
    first: int,
    died: NDArray[np.int64],
    moment: int,
    rows: NDArray[np.int64],
    scores: NDArray[np.int32],
) -> int:
    """Write row and score of everything alive that reached ``least``; leave ``totals`` clean; say how many.

    Blocks of 64 are skipped by their maximum, which the processor finds many lanes at a time.
    """
    found = 0
    for block in range(0, totals.size, 64):
        end = min(block + 64, totals.size)
        highest = np.int32(0)
        for place in range(block, end):
            highest = max(highest, totals[place])
        if highest >= least:
            for place in range(block, end):
                if totals[place] >= least and died[first + place] > moment:
                    rows[found] = first + place
                    scores[found] = totals[place]
                    found += 1
        for place in range(block, end):
            totals[place] = 0
    return found


@compiled
def scan(
    pointers: NDArray[np.int64],
    features: NDArray[np.int32],
    impacts: NDArray[np.uint8],
    wanted: NDArray[np.int32],
    totals: NDArray[np.int32],
) -> None:
    """The same sum for rows that are not in a segment yet, one after the other."""
    for row in range(totals.size):
        total = np.int32(0)
        for place in range(pointers[row], pointers[row + 1]):
            total += wanted[features[place]] * np.int32(impacts[place])
        totals[row] = total
