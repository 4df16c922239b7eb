"""A segment: the postings of bags, turned so that each feature lists who has it."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.matching.bag import Bag
from services.scoring.domain.matching.features import FEATURES
from services.scoring.domain.matching.kernels import compiled

SIZE: Final = 1 << 16


class Rows(NamedTuple):
    """Bags one after the other: row ``r`` is ``features[pointers[r]:pointers[r + 1]]``."""

    pointers: NDArray[np.int64]
    features: NDArray[np.int32]
    impacts: NDArray[np.uint8]

    @property
    def height(self) -> int:
        """How many rows."""
        return int(self.pointers.size) - 1

    def part(self, first: int, last: int) -> "Rows":
        """The rows from ``first`` up to, not including, ``last``."""
        begin, end = int(self.pointers[first]), int(self.pointers[last])
        return Rows(
            self.pointers[first : last + 1] - begin, self.features[begin:end], self.impacts[begin:end]
        )


class Segment(NamedTuple):
    """``size`` rows in parts of 65,536. Who has feature ``f`` in part ``p``: with ``at = f * parts + p``,
    ``offsets[starts[at]:starts[at + 1]]`` (rows within the part), with as many impacts.

    All parts of one feature stand side by side: the few postings of a rare feature share a line of cache.
    """

    size: int
    starts: NDArray[np.int32]
    offsets: NDArray[np.uint16]
    impacts: NDArray[np.uint8]

    @property
    def parts(self) -> int:
        """How many times 65,536 rows, begun ones included."""
        return max(1, -(-self.size // SIZE))

    @property
    def bytes(self) -> int:
        """What the arrays take."""
        return self.starts.nbytes + self.offsets.nbytes + self.impacts.nbytes


def rows_of(bags: Iterable[Bag]) -> Rows:
    """Bags laid end to end."""
    kept = list(bags)
    pointers = np.zeros(len(kept) + 1, dtype=np.int64)
    np.cumsum([len(bag) for bag in kept], out=pointers[1:])
    none = Bag(np.empty(0, np.int32), np.empty(0, np.uint8))
    return Rows(
        pointers,
        np.concatenate([bag.features for bag in (*kept, none)]),
        np.concatenate([bag.weights for bag in (*kept, none)]),
    )


def join(first: Rows, second: Rows) -> Rows:
    """Two tables as one."""
    return Rows(
        np.concatenate((first.pointers, second.pointers[1:] + first.pointers[-1])),
        np.concatenate((first.features, second.features)),
        np.concatenate((first.impacts, second.impacts)),
    )


def segments_of(rows: Rows) -> Iterator[Segment]:
    """One segment of all full parts, and one of the rest."""
    full = rows.height - rows.height % SIZE
    for first, last in ((0, full), (full, rows.height)):
        if last > first:
            yield turn(rows.part(first, last))


def turn(rows: Rows, features: int = FEATURES) -> Segment:
    """From rows to postings; ``features`` is the number of features."""
    parts = max(1, -(-rows.height // SIZE))
    counts = np.zeros((parts, features), dtype=np.int32)
    _count(rows.pointers, rows.features, counts)
    starts = np.zeros(counts.size + 1, dtype=np.int32)
    np.cumsum(counts.T, out=starts[1:])
    into = np.empty(rows.features.size, np.uint16), np.empty(rows.features.size, np.uint8)
    for part in range(parts):
        piece = rows.part(part * SIZE, min((part + 1) * SIZE, rows.height))
        _fill(*piece, np.empty(piece.features.size, np.uint32), starts, parts, part, *into)
    return Segment(rows.height, starts, *into)


def turn_back(segment: Segment, keep: NDArray[np.bool_]) -> Rows:
    """From postings to rows, in their old order; rows that are not kept stay, empty."""
    pointers = np.zeros(segment.size + 1, dtype=np.int64)
    _measure(segment.parts, segment.starts, segment.offsets, keep, pointers[1:])
    np.cumsum(pointers, out=pointers)
    features = np.empty(int(pointers[-1]), dtype=np.int32)
    impacts = np.empty(int(pointers[-1]), dtype=np.uint8)
    _spill(*segment[1:], segment.parts, keep, pointers[:-1].copy(), features, impacts)
    return Rows(pointers, features, impacts)


@compiled
def _count(pointers: NDArray[np.int64], features: NDArray[np.int32], counts: NDArray[np.int32]) -> None:
    """How many rows of each part have each feature."""
    for row in range(pointers.size - 1):
        for place in range(pointers[row], pointers[row + 1]):
            counts[row // SIZE, features[place]] += 1


@compiled
def _fill(
    pointers: NDArray[np.int64],
    features: NDArray[np.int32],
    weights: NDArray[np.uint8],
    packed: NDArray[np.uint32],
    starts: NDArray[np.int32],
    parts: int,
    part: int,
    offsets: NDArray[np.uint16],
    impacts: NDArray[np.uint8],
) -> None:
    """Counting sort of one part in two steps, by the high bits of the feature and by the low eight.

    In one step every posting would go to another place of a large table; so each step stays in the cache.
    """
    edges = np.zeros((starts.size // parts >> 8) + 2, dtype=np.int64)
    for place in range(features.size):
        edges[(features[place] >> 8) + 1] += 1
    edges = np.cumsum(edges)
    heads = edges.copy()
    for row in range(pointers.size - 1):
        for place in range(pointers[row], pointers[row + 1]):
            high = features[place] >> 8
            low = features[place] & 255
            packed[heads[high]] = (low << 24) | (row << 8) | np.int64(weights[place])
            heads[high] += 1
    for high in range(edges.size - 1):
        of_these = packed[edges[high] : edges[high + 1]]
        _place(of_these, starts[(high << 8) * parts + part :: parts], offsets, impacts)


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
def _measure(
    parts: int,
    starts: NDArray[np.int32],
    offsets: NDArray[np.uint16],
    keep: NDArray[np.bool_],
    lengths: NDArray[np.int64],
) -> None:
    """How many features each row has that is kept."""
    for at in range(starts.size - 1):
        first = (at % parts) * SIZE
        for post in range(starts[at], starts[at + 1]):
            row = first + offsets[post]
            if keep[row]:
                lengths[row] += 1


@compiled
def _spill(
    starts: NDArray[np.int32],
    offsets: NDArray[np.uint16],
    impacts: NDArray[np.uint8],
    parts: int,
    keep: NDArray[np.bool_],
    targets: NDArray[np.int64],
    features: NDArray[np.int32],
    weights: NDArray[np.uint8],
) -> None:
    """Features are visited in rising order, so each row comes out sorted."""
    for at in range(starts.size - 1):
        first = (at % parts) * SIZE
        for post in range(starts[at], starts[at + 1]):
            row = first + offsets[post]
            if keep[row]:
                features[targets[row]] = at // parts
                weights[targets[row]] = impacts[post]
                targets[row] += 1
