"""Repacking: the same bags without the rows that are dead.

A row that was replaced or removed stays where it is, for readers may still look at it: 1,000 needs that are
edited 300 times each leave 300,000 rows. ``repacked`` makes a new state of what is alive. It takes nothing
but the old state, so it runs beside readers and writers.
"""

from collections.abc import Iterator
from threading import Event
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.inverted_index.postings import PART, turn_back
from services.scoring.domain.inverted_index.row_table import ALIVE, RowNumbers, TableState
from services.scoring.domain.inverted_index.segments import Segment, segments_of
from services.scoring.domain.inverted_index.sparse_rows import SparseRows, joined, rows_of

SPARED: Final = 1 / 8
"""A segment with a smaller share of dead rows is taken over as it is: most edits concern a few needs, and a
segment of a million rows takes seconds to build."""
SMALL: Final = 8
"""A segment below this part of all living rows is built anew with the others like it: each takes its time
in every search."""
AT_ONCE: Final = 2_048
"""Rows whose ids and records are copied in one go, about a millisecond: the interpreter runs nothing else
meanwhile."""
PAUSE: Final = 0.0001
"""Seconds for others after each go. A thread that never waits keeps the interpreter for 5 ms at a time."""


class _Piece(NamedTuple):
    """A segment, the number of its first row, and which of its rows live."""

    segment: Segment
    first: int
    living: NDArray[np.bool_]


def repacked(state: TableState) -> TableState:
    """The same living bags at the same moment; dead rows stay only where they are few in a large segment."""
    living = state.died[: state.known] > state.moment
    pieces = list(_pieces(state, living))
    least = int(np.count_nonzero(living)) // SMALL
    spared = [piece for piece in pieces if _spared(piece, least)]
    others = [piece for piece in pieces if not _spared(piece, least)]
    delta = state.delta.part(0, state.known - state.merged).only(living[state.merged :])
    rows = joined([*map(_living, others), delta])
    segments = (*(piece.segment for piece in spared), *segments_of(rows))
    numbers = np.concatenate(
        [
            *(piece.first + np.arange(piece.segment.size) for piece in spared),
            *(piece.first + np.flatnonzero(piece.living) for piece in others),
            state.merged + np.flatnonzero(living[state.merged :]),
        ]
    )
    return _chosen(state, living, numbers)._replace(segments=segments)


def places_of(state: TableState) -> RowNumbers:
    """Where each id stands, read from the state at its moment."""
    places = RowNumbers()
    living = np.flatnonzero(state.died[: state.known] > state.moment)
    for some in _in_turns(living):
        for row in some.tolist():
            places.set(state.ids[row], row)
    return places


def dead_share(state: TableState, standing: int) -> float:
    """The share of rows that stand for nothing; the next repacking drops them."""
    return 1 - standing / state.known if state.known else 0.0


def _pieces(state: TableState, living: NDArray[np.bool_]) -> Iterator[_Piece]:
    first = 0
    for segment in state.segments:
        yield _Piece(segment, first, living[first : first + segment.size])
        first += segment.size


def _spared(piece: _Piece, least: int) -> bool:
    """Whether a segment is taken over. Only the last may have a part that is not full: a merge adds to it."""
    size = piece.segment.size
    dead = size - int(np.count_nonzero(piece.living))
    return size % PART == 0 and size >= least and dead <= SPARED * size


def _living(piece: _Piece) -> SparseRows:
    """The living rows. Dead ones come back empty: leaving out their ends is all, where ``Rows.only`` would
    keep the interpreter for a third of a second at a million rows."""
    rows = turn_back(piece.segment.postings, piece.living)
    ends = rows.pointers[1:][piece.living]
    return rows._replace(pointers=np.concatenate((rows.pointers[:1], ends)))


def _in_turns(numbers: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Some numbers at a time; other threads have their turn after each."""
    for start in range(0, numbers.size, AT_ONCE):
        yield numbers[start : start + AT_ONCE]
        Event().wait(PAUSE)


def _chosen(state: TableState, living: NDArray[np.bool_], numbers: NDArray[np.int64]) -> TableState:
    """What is kept beside the bags of some rows, in their new order."""
    ids: list[str] = []
    count = numbers.size
    died = np.where(living[numbers], ALIVE, state.moment)
    records, keys = np.empty(count, state.records.dtype), np.empty(count, state.keys.dtype)
    for some in _in_turns(numbers):
        here = slice(len(ids), len(ids) + some.size)
        records[here], keys[here] = state.records[some], state.keys[some]
        ids += [state.ids[row] for row in some.tolist()]
    return TableState((), count, rows_of([]), count, state.moment, died, records, keys, ids)
