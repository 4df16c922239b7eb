"""A segment: the postings of up to 65,536 bags, turned so that each feature lists who has it."""

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
    """Who has feature ``f``: ``offsets[starts[f]:starts[f + 1]]``, with as many impacts; ``size`` rows."""

    size: int
    starts: NDArray[np.int32]
    offsets: NDArray[np.uint16]
    impacts: NDArray[np.uint8]

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
    """Cut rows into segments and turn each."""
    for first in range(0, rows.height, SIZE):
        yield turn(rows.part(first, min(first + SIZE, rows.height)))


def turn(rows: Rows, features: int = FEATURES) -> Segment:
    """From at most ``SIZE`` rows to postings by counting, without a sort; ``features`` is their number."""
    starts = np.zeros(features + 1, dtype=np.int32)
    offsets = np.empty(rows.features.size, dtype=np.uint16)
    impacts = np.empty(rows.features.size, dtype=np.uint8)
    _fill(rows.pointers, rows.features, rows.impacts, starts, offsets, impacts)
    return Segment(rows.height, starts, offsets, impacts)


def turn_back(segment: Segment, keep: NDArray[np.bool_]) -> Rows:
    """From postings to rows, in their old order; rows that are not kept stay, empty."""
    pointers = np.zeros(segment.size + 1, dtype=np.int64)
    kept = keep[segment.offsets]
    np.cumsum(np.bincount(segment.offsets[kept], minlength=segment.size), out=pointers[1:])
    features = np.empty(int(pointers[-1]), dtype=np.int32)
    impacts = np.empty(int(pointers[-1]), dtype=np.uint8)
    _spill(segment.starts, segment.offsets, segment.impacts, keep, pointers[:-1].copy(), features, impacts)
    return Rows(pointers, features, impacts)


@compiled
def _fill(
    pointers: NDArray[np.int64],
    features: NDArray[np.int32],
    weights: NDArray[np.uint8],
    starts: NDArray[np.int32],
    offsets: NDArray[np.uint16],
    impacts: NDArray[np.uint8],
) -> None:
    """Counting sort: count each feature, sum up, put each posting in its place, and step the counts back."""
    for place in range(features.size):
        starts[features[place] + 1] += 1
    for feature in range(1, starts.size):
        starts[feature] += starts[feature - 1]
    for row in range(pointers.size - 1):
        for place in range(pointers[row], pointers[row + 1]):
            target = starts[features[place]]
            offsets[target] = row
            impacts[target] = weights[place]
            starts[features[place]] = target + 1
    for feature in range(starts.size - 1, 0, -1):
        starts[feature] = starts[feature - 1]
    starts[0] = 0


@compiled
def _spill(
    starts: NDArray[np.int32],
    offsets: NDArray[np.uint16],
    impacts: NDArray[np.uint8],
    keep: NDArray[np.bool_],
    targets: NDArray[np.int64],
    features: NDArray[np.int32],
    weights: NDArray[np.uint8],
) -> None:
    """Features are visited in rising order, so each row comes out sorted."""
    for feature in range(starts.size - 1):
        for post in range(starts[feature], starts[feature + 1]):
            row = offsets[post]
            if keep[row]:
                features[targets[row]] = feature
                weights[targets[row]] = impacts[post]
                targets[row] += 1
