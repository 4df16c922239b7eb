"""The two inner loops, compiled. They release the interpreter lock and allocate nothing."""

from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")
BLOCK: Final = 64


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
        begin, end = starts[features[place]], starts[features[place] + 1]
        who, much = offsets[begin:end], impacts[begin:end]
        for post in range(who.size):
            totals[who[post]] += np.int32(weight * np.int32(much[post]))


@compiled
def collect(
    blocks: NDArray[np.int32],
    below: np.int32,
    first: int,
    died: NDArray[np.int64],
    moment: int,
    rows: NDArray[np.int64],
    scores: NDArray[np.int32],
) -> int:
    """Write row and score of all that is alive and above ``below``; leave the totals clean; say how many.

    ``blocks`` are the totals, 64 to a row. A block without a find is recognised by the sign of its
    differences, many at a time; a fixed length is what lets the compiler do that.
    """
    found = 0
    for number in range(blocks.shape[0]):
        sign = np.int32(0)
        for place in range(BLOCK):
            sign |= np.int32(below - blocks[number, place])
        if sign < 0:
            for place in range(BLOCK):
                row = first + number * BLOCK + place
                if blocks[number, place] > below and died[row] > moment:
                    rows[found] = row
                    scores[found] = blocks[number, place]
                    found += 1
        for place in range(BLOCK):
            blocks[number, place] = 0
    return found


@compiled
def search(
    starts: NDArray[np.int32],
    offsets: NDArray[np.uint16],
    impacts: NDArray[np.uint8],
    features: NDArray[np.int32],
    weights: NDArray[np.int32],
    blocks: NDArray[np.int32],
    below: np.int32,
    first: int,
    died: NDArray[np.int64],
    moment: int,
    rows: NDArray[np.int64],
    scores: NDArray[np.int32],
) -> int:
    """``accumulate`` and ``collect`` for one segment, in one call."""
    accumulate(starts, offsets, impacts, features, weights, blocks.reshape(-1))
    return collect(blocks, below, first, died, moment, rows, scores)


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


@compiled
def weigh(
    rows: NDArray[np.int64],
    amounts: NDArray[np.int32],
    weights: NDArray[np.int8],
    totals: NDArray[np.int32],
) -> None:
    """Add up some rows of a table, each as often as its amount says."""
    for place in range(rows.size):
        row, amount = weights[rows[place]], amounts[place]
        for column in range(totals.size):
            totals[column] += np.int32(amount * np.int32(row[column]))
