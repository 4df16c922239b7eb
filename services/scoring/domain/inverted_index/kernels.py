"""Inner loops, compiled. They release the interpreter lock."""

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
    """Add what each feature of a query gives to each of at most 65,536 rows.

    Unsigned bounds spare the check for places counted from the end.
    """
    for place in range(features.size):
        weight, at = weights[place], features[place]
        for post in range(np.uint64(starts[at]), np.uint64(starts[at + 1])):
            totals[offsets[post]] += np.int32(weight * np.int32(impacts[post]))


@compiled
def digest(name: NDArray[np.uint8]) -> np.uint64:
    """64 bits for a name: FNV-1a, then two rounds of splitmix64's finish, for FNV leaves the high bits of
    short names alike."""
    value = np.uint64(0xCBF29CE484222325)
    for letter in name:
        value = (value ^ np.uint64(letter)) * np.uint64(0x100000001B3)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@compiled
def digests(text: NDArray[np.uint8], ends: NDArray[np.int64], made: NDArray[np.uint64]) -> None:
    """The digest of each of the names laid end to end."""
    begin = 0
    for name in range(ends.size):
        made[name] = digest(text[begin : ends[name]])
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
