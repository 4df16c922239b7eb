"""Postings: the rows of a table turned so that each feature lists who has it."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.inverted_index.kernels import compiled
from services.scoring.domain.inverted_index.sparse_rows import SparseRows

PART: Final = 1 << 16


class Postings(NamedTuple):
    """Rows in parts of 65,536. Who has feature ``f`` in part ``p``: with ``at = f * parts + p``,
    ``offsets[starts[at]:starts[at + 1]]``, with as many impacts. An offset is a place within the part;
    ``order`` says which row of the part stands at each place.

    All parts of one feature stand side by side: the few postings of a rare feature share a line of cache.
    """

    order: NDArray[np.uint16]
    starts: NDArray[np.int32]
    offsets: NDArray[np.uint16]
    impacts: NDArray[np.uint8]


def parts_of(height: int) -> int:
    """How many times 65,536 rows, begun ones included."""
    return max(1, -(-height // PART))


def turn(rows: SparseRows, features: int, order: NDArray[np.uint16]) -> Postings:
    """From rows to postings; ``features`` is the number of features."""
    parts = parts_of(rows.height)
    counts = np.zeros((parts, features), dtype=np.int32)
    _count(rows, counts)
    starts = np.zeros(counts.size + 1, dtype=np.int32)
    np.cumsum(counts.T, out=starts[1:])
    made = Postings(
        order, starts, np.empty(rows.features.size, np.uint16), np.empty(rows.features.size, np.uint8)
    )
    packed = np.empty(int(counts.sum(axis=1).max()), np.uint32)
    for part in range(parts):
        _fill(rows, counts[part], packed, made, parts, part)
    return made


def turn_back(postings: Postings, keep: NDArray[np.bool_]) -> SparseRows:
    """From postings to rows, in their old order; rows that are not kept stay, empty."""
    pointers = np.zeros(postings.order.size + 1, dtype=np.int64)
    parts = parts_of(postings.order.size)
    _measure(postings, parts, keep, pointers[1:])
    np.cumsum(pointers, out=pointers)
    features = np.empty(int(pointers[-1]), dtype=np.int32)
    impacts = np.empty(int(pointers[-1]), dtype=np.uint8)
    _spill(postings, parts, keep, pointers[:-1].copy(), features, impacts)
    return SparseRows(pointers, features, impacts)


@compiled
def _count(rows: SparseRows, counts: NDArray[np.int32]) -> None:
    """How many rows of each part have each feature."""
    for row in range(rows.pointers.size - 1):
        for at in range(rows.pointers[row], rows.pointers[row + 1]):
            counts[row // PART, rows.features[at]] += 1


@compiled
def _fill(
    rows: SparseRows,
    counts: NDArray[np.int32],
    packed: NDArray[np.uint32],
    into: Postings,
    parts: int,
    part: int,
) -> None:
    """Counting sort of one part in two steps, by the high bits of the feature and by the low eight.

    In one step every posting would go to another place of a large table; so each step stays in the cache.
    """
    edges = np.zeros((counts.size >> 8) + 2, dtype=np.int64)
    for feature in range(counts.size):
        edges[(feature >> 8) + 1] += counts[feature]
    edges = np.cumsum(edges)
    heads = edges.copy()
    begin = part * PART
    for place in range(begin, min(begin + PART, into.order.size)):
        row = begin + into.order[place]
        for at in range(rows.pointers[row], rows.pointers[row + 1]):
            high = rows.features[at] >> 8
            low = rows.features[at] & 255
            packed[heads[high]] = (low << 24) | ((place - begin) << 8) | np.int64(rows.impacts[at])
            heads[high] += 1
    for high in range(edges.size - 1):
        of_these = packed[edges[high] : edges[high + 1]]
        _place(of_these, into.starts[(high << 8) * parts + part :: parts], into.offsets, into.impacts)


@compiled
def _place(
    packed: NDArray[np.uint32],
    starts: NDArray[np.int32],
    offsets: NDArray[np.uint16],
    impacts: NDArray[np.uint8],
) -> None:
    """The second step, for 256 features whose postings begin at ``starts``."""
    heads = starts[:256].copy()
    for post in range(packed.size):
        low = packed[post] >> 24
        offsets[heads[low]] = (packed[post] >> 8) & 0xFFFF
        impacts[heads[low]] = packed[post] & 0xFF
        heads[low] += 1


@compiled
def _measure(postings: Postings, parts: int, keep: NDArray[np.bool_], lengths: NDArray[np.int64]) -> None:
    """How many features each row has that is kept."""
    for at in range(postings.starts.size - 1):
        first = (at % parts) * PART
        for post in range(postings.starts[at], postings.starts[at + 1]):
            row = first + postings.order[first + postings.offsets[post]]
            if keep[row]:
                lengths[row] += 1


@compiled
def _spill(
    postings: Postings,
    parts: int,
    keep: NDArray[np.bool_],
    targets: NDArray[np.int64],
    features: NDArray[np.int32],
    weights: NDArray[np.uint8],
) -> None:
    """Features are visited in rising order, so each row comes out sorted."""
    for at in range(postings.starts.size - 1):
        first = (at % parts) * PART
        for post in range(postings.starts[at], postings.starts[at + 1]):
            row = first + postings.order[first + postings.offsets[post]]
            if keep[row]:
                features[targets[row]] = at // parts
                weights[targets[row]] = postings.impacts[post]
                targets[row] += 1
