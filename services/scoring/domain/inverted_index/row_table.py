"""One table of rows under their ids: the state that readers look at, writing and removing rows, repacking.

Nothing here is locked: whoever calls ``put`` and ``remove`` is alone meanwhile. What a reader holds is
never changed: a row that goes gets the moment of its removal, and a new one is written behind the last.

A row that was replaced or removed stays where it is, because readers may still look at it: 1,000 needs that
are edited 300 times each leave 300,000 rows. ``repacked`` makes a new state of what is alive. It takes
nothing but the old state, so it runs beside readers and writers.
"""

from collections.abc import Iterator, Sequence
from threading import Event
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.inverted_index import kernels
from services.scoring.domain.inverted_index.relevance import TermVector
from services.scoring.domain.inverted_index.segments import (
    PART,
    Segment,
    SparseRows,
    joined,
    rows_of,
    segments_of,
    turn_back,
)

DELTA: Final = 1 << 18  # features that the delta has room for: about those of as many rows
ALIVE: Final = np.iinfo(np.int64).max
SHARDS: Final = 256
Records = NDArray[Any]  # whatever the index keeps beside each vector: a structured array or objects
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


class TableState(NamedTuple):
    """Everything a reader needs. Rows below ``merged`` are in segments, those up to ``known`` in
    ``delta``."""

    segments: tuple[Segment, ...]
    merged: int
    delta: SparseRows
    known: int
    moment: int
    died: NDArray[np.int64]
    records: Records
    keys: NDArray[np.uint64]
    ids: list[str]


class RowNumbers:
    """The row of each id that stands.

    In many small dictionaries: one that holds a million ids takes 40 ms when it grows, and the edit that
    makes it grow waits.
    """

    def __init__(self) -> None:
        self._shards: tuple[dict[str, int], ...] = tuple({} for _ in range(SHARDS))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def get(self, name: str) -> int | None:
        """The row of an id, if it stands."""
        return self._shards[hash(name) % SHARDS].get(name)

    def set(self, name: str, row: int) -> None:
        """The id stands at this row from now on."""
        shard = self._shards[hash(name) % SHARDS]
        before = len(shard)
        shard[name] = row
        self._count += len(shard) - before

    def pop(self, name: str) -> None:
        """The id stands no more, if it did."""
        if self._shards[hash(name) % SHARDS].pop(name, None) is not None:
            self._count -= 1

    def parts(self) -> list[dict[str, int]]:
        """What it holds, to be let go a part at a time: a million ids take a tenth of a second at once."""
        return [*self._shards]


class RowTable:
    """Rows that can be added and removed one at a time."""

    def __init__(self, state: TableState, places: RowNumbers) -> None:
        self.state, self.places = state, places

    def put(self, name: str, vector: TermVector, record: object) -> None:
        """Write a row behind the last and mark the one that had this id before as dead."""
        state = self._roomy(len(vector))
        row, moment = state.known, state.moment + 1
        _append(state.delta, row - state.merged, vector)
        state.died[row], state.records[row], state.keys[row] = ALIVE, record, tie_key(name)
        state.ids.append(name)
        self._mark_dead(name, state.died, moment)
        self.places.set(name, row)
        self.state = state._replace(known=row + 1, moment=moment)

    def remove(self, name: str) -> None:
        """Mark the row with this id as dead; an unknown id changes nothing but the moment."""
        moment = self.state.moment + 1
        self._mark_dead(name, self.state.died, moment)
        self.places.pop(name)
        self.state = self.state._replace(moment=moment)

    def _roomy(self, features: int) -> TableState:
        """The state with room for one more vector; readers of the old one keep what they look at."""
        state, delta = self.state, self.state.delta
        at, row = state.known - state.merged, state.known + 1
        end = int(delta.pointers[at]) + features
        if row <= state.keys.size and at + 1 < delta.pointers.size and end <= delta.features.size:
            return state
        return grown(state._replace(delta=with_room(delta, at + 2, end)), row)

    def _mark_dead(self, name: str, died: NDArray[np.int64], moment: int) -> None:
        row = self.places.get(name)
        if row is not None:
            died[row] = moment


def empty(record: np.dtype[Any]) -> TableState:
    """No rows at all; ``record`` is the type of what is kept beside each vector."""
    nothing: NDArray[np.int64] = np.empty(0, np.int64)
    return TableState((), 0, rows_of([]), 0, 0, nothing, np.empty(0, record), nothing.astype(np.uint64), [])


def grown(state: TableState, rows: int) -> TableState:
    """The state with room for that many rows."""
    died, records = _grown(state.died, rows), _grown(state.records, rows)
    return state._replace(died=died, records=records, keys=_grown(state.keys, rows))


def with_room(delta: SparseRows, vectors: int, features: int) -> SparseRows:
    """The delta with room for that many pointers and features, or more."""
    return SparseRows(
        _grown(delta.pointers, vectors),
        _grown(delta.features, features, DELTA),
        _grown(delta.impacts, features, DELTA),
    )


def tie_key(name: str) -> np.uint64:
    """A number for an id, the same on every replica: the order of those that match equally well."""
    return kernels.digest(np.frombuffer(name.encode(), dtype=np.uint8))


def tie_keys(names: Sequence[str]) -> NDArray[np.uint64]:
    """The numbers of many ids."""
    text = "".join(names)
    # Where a letter is a byte the names need not be turned into bytes one by one.
    lengths = map(len, names) if text.isascii() else (len(name.encode()) for name in names)
    ends = np.cumsum(np.fromiter(lengths, np.int64, len(names)))
    keys = np.empty(len(names), dtype=np.uint64)
    kernels.digests(np.frombuffer(text.encode(), dtype=np.uint8), ends, keys)
    return keys


def _grown(array: Records, size: int, least: int = 1_024) -> Records:
    """The array itself, or a copy with an eighth more room: doubling would take 80 MB for the first edit.

    The room is written to at once: else the system hands it out page by page, to one edit in fifteen, and
    such an edit takes five times as long as others.
    """
    if size <= array.shape[0]:
        return array
    larger = np.empty(max(size, array.shape[0] * 9 // 8, least), dtype=array.dtype)
    larger[: array.shape[0]], larger[array.shape[0] :] = array, np.zeros((), array.dtype)
    return larger


def _append(delta: SparseRows, at: int, vector: TermVector) -> None:
    """Write one vector behind the last; readers that know fewer rows do not see it."""
    begin = int(delta.pointers[at])
    end = begin + len(vector)
    delta.pointers[at + 1] = end
    delta.features[begin:end], delta.impacts[begin:end] = vector.features, vector.weights


class _Piece(NamedTuple):
    """A segment, the number of its first row, and which of its rows live."""

    segment: Segment
    first: int
    living: NDArray[np.bool_]


def repacked(state: TableState) -> TableState:
    """The same living rows at the same moment; dead ones stay only where they are few in a large segment."""
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
    """What is kept beside the vectors of some rows, in their new order."""
    ids: list[str] = []
    count = numbers.size
    died = np.where(living[numbers], ALIVE, state.moment)
    records, keys = np.empty(count, state.records.dtype), np.empty(count, state.keys.dtype)
    for some in _in_turns(numbers):
        here = slice(len(ids), len(ids) + some.size)
        records[here], keys[here] = state.records[some], state.keys[some]
        ids += [state.ids[row] for row in some.tolist()]
    return TableState((), count, rows_of([]), count, state.moment, died, records, keys, ids)
