"""A segment: the postings of bags in the order of their topics, and the most that each block can reach.

Rows of one topic stand side by side, so that the postings of a common code lie in a few blocks. For each
common feature and block the heaviest impact is known: what all common features of a query can add to a block
is told before any of them is added up, and most blocks are left out – without a mistake.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.inverted_index.features import FEATURES, FIRST_STEM, ROOM
from services.scoring.domain.inverted_index.kernels import compiled
from services.scoring.domain.inverted_index.postings import PART, Postings, parts_of, turn
from services.scoring.domain.inverted_index.sparse_rows import SparseRows

BLOCK: Final = 256
COMMON: Final = 256
"""A feature is common that one row in so many has; a rarer one is cheaper added up than looked up."""
RARE: Final = -1


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
