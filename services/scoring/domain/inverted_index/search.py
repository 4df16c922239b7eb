"""The search of the index, compiled: adding up postings, reading the delta row by row, sorting what is found.

``search`` and ``scan`` write the rows above a threshold with their ``rel`` in no order; ``best_first`` puts
them in falling order of ``rel``, equal ones by the digest of their ids, the same on every replica.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.inverted_index.kernels import compiled
from services.scoring.domain.inverted_index.segments import (
    BLOCK,
    PART,
    Blocks,
    Postings,
    SparseRows,
    parts_of,
)

parts_in = compiled(parts_of)
BITS: Final = 11  # of a score in one pass; two passes sort up to four million
DIGITS: Final = 1 << BITS


class Query(NamedTuple):
    """What is looked for, with weights already times six or four, and the ``rel`` that is not enough."""

    features: NDArray[np.int32]
    weights: NDArray[np.int32]
    below: np.int32


class Living(NamedTuple):
    """When each row died, and the moment that counts."""

    died: NDArray[np.int64]
    moment: int


class Finds(NamedTuple):
    """Room for rows and their ``rel``."""

    rows: NDArray[np.int64]
    scores: NDArray[np.int32]


@compiled
def search(
    postings: Postings,
    blocks: Blocks,
    query: Query,
    totals: NDArray[np.int32],
    first: int,
    living: Living,
    finds: Finds,
    count: int,
) -> int:
    """Write row and ``rel`` of all in a segment that is alive and above ``below`` behind the ``count`` ones
    before, leave the totals clean, and say how many there are now.

    Part by part, so that what is added up in stays in the second-level cache: first the rare features, then
    the common ones where they could still make the difference. ``first`` is the first row of the segment.
    """
    parts, per_part = parts_in(postings.order.size), PART // BLOCK
    bounds = np.empty(per_part, np.int32)
    for part in range(parts):
        add_rare(postings, blocks, query, totals, parts, part)
        bound(blocks, query, bounds, part)
        for number in range(per_part):
            here = totals[number * BLOCK : (number + 1) * BLOCK]
            if reaches(here, np.int32(query.below - bounds[number])):
                add_common(postings, blocks, query, totals, part * per_part + number)
                order = postings.order[part * PART + number * BLOCK :]
                count = collect(here, order, query.below, first + part * PART, living, finds, count)
            here[:] = 0
    return count


@compiled
def add_rare(
    postings: Postings, blocks: Blocks, query: Query, totals: NDArray[np.int32], parts: int, part: int
) -> None:
    """Add what each rare feature of the query gives to each place of a part.

    Unsigned bounds spare the check for places counted from the end.
    """
    for place in range(query.features.size):
        feature, weight = query.features[place], query.weights[place]
        if blocks.slots[feature] < 0:
            at = feature * parts + part
            for post in range(np.uint64(postings.starts[at]), np.uint64(postings.starts[at + 1])):
                totals[postings.offsets[post]] += np.int32(weight * np.int32(postings.impacts[post]))


@compiled
def bound(blocks: Blocks, query: Query, bounds: NDArray[np.int32], part: int) -> None:
    """The most that all common features of the query together can add in each block of a part."""
    bounds[:] = 0
    for place in range(query.features.size):
        slot, weight = blocks.slots[query.features[place]], query.weights[place]
        if slot >= 0:
            peaks = blocks.peaks[slot, part * bounds.size : (part + 1) * bounds.size]
            for number in range(bounds.size):
                bounds[number] += np.int32(weight * np.int32(peaks[number]))


@compiled
def reaches(totals: NDArray[np.int32], below: np.int32) -> np.bool_:
    """Whether a total of a block exceeds ``below``: by the sign of the differences, many at a time; a fixed
    length is what lets the compiler do that."""
    sign = np.int32(0)
    for place in range(BLOCK):
        sign |= np.int32(below - totals[place])
    return sign < 0


@compiled
def add_common(
    postings: Postings, blocks: Blocks, query: Query, totals: NDArray[np.int32], block: int
) -> None:
    """Add what each common feature of the query gives to the places of one block."""
    for place in range(query.features.size):
        slot, weight = blocks.slots[query.features[place]], query.weights[place]
        if slot >= 0:
            for post in range(
                np.uint64(blocks.starts[slot, block]), np.uint64(blocks.starts[slot, block + 1])
            ):
                totals[postings.offsets[post]] += np.int32(weight * np.int32(postings.impacts[post]))


@compiled
def collect(
    totals: NDArray[np.int32],
    order: NDArray[np.uint16],
    below: np.int32,
    first: int,
    living: Living,
    finds: Finds,
    count: int,
) -> int:
    """Write down what of one block is alive and above ``below``; ``first`` is the first row of the part."""
    for place in range(totals.size):
        if totals[place] > below:
            row = first + np.int64(order[place])
            if living.died[row] > living.moment:
                finds.rows[count], finds.scores[count] = row, totals[place]
                count += 1
    return count


@compiled
def scan(
    delta: SparseRows,
    wanted: NDArray[np.int32],
    below: np.int32,
    first: int,
    last: int,
    living: Living,
    finds: Finds,
    count: int,
) -> int:
    """The same for rows that are not in a segment yet, one after the other; ``wanted`` are the weights of
    the query by feature."""
    for row in range(first, last):
        total = np.int32(0)
        for at in range(delta.pointers[row - first], delta.pointers[row - first + 1]):
            total += np.int32(wanted[delta.features[at]] * np.int32(delta.impacts[at]))
        if total > below and living.died[row] > living.moment:
            finds.rows[count], finds.scores[count] = row, total
            count += 1
    return count


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
