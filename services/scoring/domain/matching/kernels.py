"""The inner loops, compiled. They release the interpreter lock and allocate nothing."""

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
    parts: int = 1,
    part: int = 0,
) -> None:
    """Add what each feature of the query gives to each need of one part of a segment.

    Unsigned bounds spare the check for places counted from the end.
    """
    for place in range(features.size):
        weight, at = weights[place], features[place] * parts + part
        for post in range(np.uint64(starts[at]), np.uint64(starts[at + 1])):
            totals[offsets[post]] += np.int32(weight * np.int32(impacts[post]))


@compiled
def collect(
    blocks: NDArray[np.int32],
    below: np.int32,
    first: int,
    died: NDArray[np.int64],
    moment: int,
    rows: NDArray[np.int64],
    scores: NDArray[np.int32],
    found: int,
) -> int:
    """Write row and score of all that is alive and above ``below`` behind the ``found`` ones before, leave
    the totals clean, and say how many there are now.

    ``blocks`` are the totals, 64 to a row. A block without a find is recognised by the sign of its
    differences, many at a time; a fixed length is what lets the compiler do that.
    """
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
    parts: int,
    features: NDArray[np.int32],
    weights: NDArray[np.int32],
    blocks: NDArray[np.int32],
    below: np.int32,
    first: int,
    last: int,
    died: NDArray[np.int64],
    moment: int,
    rows: NDArray[np.int64],
    scores: NDArray[np.int32],
    found: int,
) -> int:
    """``accumulate`` and ``collect`` for the rows from ``first`` to ``last``, part by part: what is added up
    in stays in the second-level cache."""
    size, totals = blocks.size, blocks.reshape(-1)
    for part in range(parts):
        begin = first + part * size
        used = min(blocks.shape[0], (last - begin + BLOCK - 1) // BLOCK)
        accumulate(starts, offsets, impacts, features, weights, totals, parts, part)
        found = collect(blocks[:used], below, begin, died, moment, rows, scores, found)
    return found


@compiled
def scan(
    pointers: NDArray[np.int64],
    features: NDArray[np.int32],
    impacts: NDArray[np.uint8],
    wanted: NDArray[np.int32],
    below: np.int32,
    first: int,
    last: int,
    died: NDArray[np.int64],
    moment: int,
    rows: NDArray[np.int64],
    scores: NDArray[np.int32],
    found: int,
) -> int:
    """The same for rows that are not in a segment yet, one after the other."""
    for row in range(first, last):
        total = np.int32(0)
        for place in range(pointers[row - first], pointers[row - first + 1]):
            total += np.int32(wanted[features[place]] * np.int32(impacts[place]))
        if total > below and died[row] > moment:
            rows[found] = row
            scores[found] = total
            found += 1
    return found


@compiled
def digest(text: NDArray[np.uint8], ends: NDArray[np.int64], digests: NDArray[np.uint64]) -> None:
    """64 bits for each of the names laid end to end: FNV-1a, then two rounds of splitmix64's finish, for
    FNV leaves the high bits of short names alike."""
    begin = 0
    for name in range(ends.size):
        value = np.uint64(0xCBF29CE484222325)
        for place in range(begin, ends[name]):
            value = (value ^ np.uint64(text[place])) * np.uint64(0x100000001B3)
        value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        digests[name] = value ^ (value >> np.uint64(31))
        begin = ends[name]


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
