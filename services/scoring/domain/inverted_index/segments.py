"""How term vectors are stored: as rows, as postings by feature, and as segments of the index.

``SparseRows`` holds vectors as they came. ``turn`` makes postings of them: for each feature, which rows
have it. A ``Segment`` is postings whose rows stand in the order of their topics, with the most that each
block of 256 rows can reach: the postings of a common code lie in a few blocks, and what all common features
of a query can add to a block is known before any of them is added up, so that most blocks are left out
without a mistake.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.inverted_index.kernels import compiled
from services.scoring.domain.inverted_index.relevance import FEATURES, FIRST_STEM, ROOM, TermVector

PART: Final = 1 << 16
BLOCK: Final = 256
COMMON: Final = 256
"""A feature is common that one row in so many has; a rarer one is cheaper added up than looked up."""
RARE: Final = -1


class SparseRows(NamedTuple):
    """Bags one after the other: row ``r`` is ``features[pointers[r]:pointers[r + 1]]``."""

    pointers: NDArray[np.int64]
    features: NDArray[np.int32]
    impacts: NDArray[np.uint8]

    @property
    def height(self) -> int:
        """How many rows."""
        return int(self.pointers.size) - 1

    def part(self, first: int, last: int) -> "SparseRows":
        """The rows from ``first`` up to, not including, ``last``."""
        begin, end = int(self.pointers[first]), int(self.pointers[last])
        return SparseRows(
            self.pointers[first : last + 1] - begin, self.features[begin:end], self.impacts[begin:end]
        )

    def only(self, chosen: NDArray[np.bool_]) -> "SparseRows":
        """Only some rows, in their order."""
        lengths = np.diff(self.pointers)
        entries = np.repeat(chosen, lengths)
        pointers = np.concatenate(([0], np.cumsum(lengths[chosen])))
        return SparseRows(pointers.astype(np.int64), self.features[entries], self.impacts[entries])


def rows_of(vectors: Iterable[TermVector]) -> SparseRows:
    """Bags as a table."""
    vectors = list(vectors)
    pointers = np.zeros(len(vectors) + 1, dtype=np.int64)
    np.cumsum([len(vector) for vector in vectors], out=pointers[1:])
    none = TermVector(np.empty(0, np.int32), np.empty(0, np.uint8))
    return SparseRows(
        pointers,
        np.concatenate([vector.features for vector in (*vectors, none)]),
        np.concatenate([vector.weights for vector in (*vectors, none)]),
    )


def joined(tables: Iterable[SparseRows]) -> SparseRows:
    """Many tables as one, copied once."""
    parts = list(tables)
    ends = np.cumsum([0, *(int(rows.pointers[-1]) for rows in parts)])
    pointers = [rows.pointers[1:] + end for rows, end in zip(parts, ends, strict=False)]
    return SparseRows(
        np.concatenate([np.zeros(1, dtype=np.int64), *pointers]),
        np.concatenate([rows.features for rows in parts]),
        np.concatenate([rows.impacts for rows in parts]),
    )


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


class Blocks(NamedTuple):
    """Of each common feature, by its ``slot``, where the postings of each block of 256 places begin and the
    heaviest of them; ``slots`` are by feature, ``RARE`` for the others. One start more than blocks."""

    slots: NDArray[np.int16]
    starts: NDArray[np.int32]
    peaks: NDArray[np.uint8]


class Segment(NamedTuple):
    """Postings with their blocks."""

    postings: Postings
    blocks: Blocks

    @property
    def size(self) -> int:
        """How many rows."""
        return int(self.postings.order.size)

    @property
    def bytes(self) -> int:
        """What the arrays take."""
        return sum(array.nbytes for array in (*self.postings, *self.blocks))


def segments_of(rows: SparseRows) -> Iterator[Segment]:
    """One segment of all full parts, and one of the rest."""
    full = rows.height - rows.height % PART
    for first, last in ((0, full), (full, rows.height)):
        if last > first:
            piece = rows.part(first, last)
            yield segment_of(turn(piece, FEATURES, by_topic(piece)))


def segment_of(postings: Postings) -> Segment:
    """Postings with the blocks that follow from them."""
    parts = parts_of(postings.order.size)
    counts = np.diff(postings.starts[::parts])
    common = np.flatnonzero(counts >= max(BLOCK, postings.order.size // COMMON)).astype(np.int32)
    slots = np.full(FEATURES, RARE, dtype=np.int16)
    slots[common] = np.arange(common.size)
    count = parts * (PART // BLOCK)
    starts = np.empty((common.size, count + 1), dtype=np.int32)
    peaks = np.empty((common.size, count), dtype=np.uint8)
    _summarise(postings, parts, common, starts, peaks)
    return Segment(postings, Blocks(slots, starts, peaks))


def by_topic(rows: SparseRows) -> NDArray[np.uint16]:
    """The rows of each part in the order of the node of the tree of codes that weighs most in each.

    Part by part, not all at once: reading rows across a whole table would cost more than the better order
    saves.
    """
    nodes = np.empty(rows.height, dtype=np.int16)
    _heaviest(rows, nodes)
    pieces = np.split(nodes, range(PART, rows.height, PART))
    return np.concatenate([np.argsort(piece, kind="stable").astype(np.uint16) for piece in pieces])


@compiled
def _heaviest(rows: SparseRows, nodes: NDArray[np.int16]) -> None:
    """The code that weighs most; rows without any come last."""
    for row in range(nodes.size):
        heaviest, node = 0, ROOM
        for at in range(rows.pointers[row], rows.pointers[row + 1]):
            if rows.features[at] < FIRST_STEM and rows.impacts[at] > heaviest:
                heaviest, node = rows.impacts[at], rows.features[at] % ROOM
        nodes[row] = node


@compiled
def _summarise(
    postings: Postings,
    parts: int,
    common: NDArray[np.int32],
    starts: NDArray[np.int32],
    peaks: NDArray[np.uint8],
) -> None:
    """Begin and peak of each block of each common feature."""
    per_part = PART // BLOCK
    for slot in range(common.size):
        for part in range(parts):
            at = common[slot] * parts + part
            post, end = postings.starts[at], postings.starts[at + 1]
            for number in range(per_part):
                peak = 0
                starts[slot, part * per_part + number] = post
                while post < end and postings.offsets[post] < (number + 1) * BLOCK:
                    peak = max(peak, postings.impacts[post])
                    post += 1
                peaks[slot, part * per_part + number] = peak
        starts[slot, -1] = postings.starts[(common[slot] + 1) * parts]
