"""The bags on their shelf: read without a lock, changed one at a time, every change seen by the next reader.

An edit never touches what a reader looks at: the old row gets the moment of its death, the new one goes to
the *delta*, which is read row by row until ``merge`` turns it into a segment. A reader holds one immutable
``State`` and therefore sees all edits up to one moment and none after it.
"""

from collections.abc import Sequence
from itertools import accumulate
from threading import Lock, local
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.matching import kernels
from services.scoring.domain.matching.bag import Bag
from services.scoring.domain.matching.features import FEATURES, FIRST_STEM
from services.scoring.domain.matching.postings import PART, turn_back
from services.scoring.domain.matching.rows import Rows, joined, rows_of
from services.scoring.domain.matching.rule import CODE_FACTOR, STEM_FACTOR
from services.scoring.domain.matching.searching import Finds, Living, Query, scan, search
from services.scoring.domain.matching.segments import Segment, segments_of

MERGE_AT: Final = 4_096  # rows in the delta after which a merge pays
DELTA: Final = 1 << 18  # features that the delta has room for: about those of as many rows
ALIVE: Final = np.iinfo(np.int64).max
Records = NDArray[Any]  # whatever the index keeps beside each bag: a structured array or objects


class State(NamedTuple):
    """Everything a reader needs. Rows below ``merged`` are in segments, those up to ``known`` in
    ``delta``."""

    segments: tuple[Segment, ...]
    merged: int
    delta: Rows
    known: int
    moment: int
    died: NDArray[np.int64]
    records: Records
    keys: NDArray[np.uint64]
    ids: list[str]


class Found(NamedTuple):
    """Rows that reached the threshold, in no order, with their ``rel``; to be read against ``state``."""

    state: State
    rows: NDArray[np.int64]
    scores: NDArray[np.int32]


class _Scratch(local):
    """What one thread adds up and writes in."""

    def __init__(self) -> None:
        self.totals = np.zeros(PART, dtype=np.int32)
        self.wanted = np.zeros(FEATURES, dtype=np.int32)
        self.finds = Finds(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32))

    def room(self, known: int) -> None:
        """Make room for that many finds; memory that is never written is never taken."""
        if self.finds.rows.size < known:
            self.finds = Finds(np.empty(2 * known, np.int64), np.empty(2 * known, np.int32))


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


class Shelf:
    """Bags under their ids, with one record each."""

    def __init__(self, record: np.dtype[Any]) -> None:
        self._scratch = _Scratch()
        self._writing, self._merging = Lock(), Lock()
        self._rows: dict[str, int] = {}
        nothing: NDArray[np.int64] = np.empty(0, np.int64)
        keys, records = nothing.astype(np.uint64), np.empty(0, dtype=record)
        self.state = State((), 0, rows_of([]), 0, 0, nothing, records, keys, [])

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, name: str) -> bool:
        return name in self._rows

    @property
    def pending(self) -> int:
        """Rows that no segment has yet; from ``MERGE_AT`` on a merge pays."""
        return self.state.known - self.state.merged

    @property
    def wasted(self) -> float:
        """The share of rows that are dead; from a quarter on ``repack`` pays."""
        return 1 - len(self._rows) / self.state.known if self.state.known else 0.0

    def row(self, name: str) -> int | None:
        """Where an id stands now."""
        return self._rows.get(name)

    def load(self, names: Sequence[str], rows: Rows, records: Records) -> None:
        """Fill an empty shelf at once, about a microsecond per bag; ids must differ."""
        if self.state.known:
            raise ValueError("load fills an empty shelf; use put to change one that has something on it")
        died = np.full(len(names), ALIVE, dtype=np.int64)
        keys = tie_keys(names)
        self._rows = dict(zip(names, range(len(names)), strict=True))
        count, segments = len(names), tuple(segments_of(rows))
        self.state = State(segments, count, rows_of([]), count, 0, died, records, keys, list(names))

    def restore(self, state: State) -> None:
        """Take a state that was kept, with its dead rows and its delta; the shelf must be empty."""
        if self.state.known:
            raise ValueError("restore fills an empty shelf; make a new one for the state that was kept")
        living = np.flatnonzero(state.died[: state.known] == ALIVE)
        self._rows = {state.ids[row]: row for row in living.tolist()}
        self.state = state

    def put(self, name: str, bag: Bag, record: object) -> None:
        """Add a bag or replace the one with this id; visible to whoever searches next."""
        with self._writing:
            state = self._roomy(len(bag))
            row, moment = state.known, state.moment + 1
            _append(state.delta, row - state.merged, bag)
            state.died[row], state.records[row], state.keys[row] = ALIVE, record, tie_key(name)
            state.ids.append(name)
            self._bury(name, state.died, moment)
            self._rows[name] = row
            self.state = state._replace(known=row + 1, moment=moment)

    def remove(self, name: str) -> None:
        """Take a bag away; unknown ids are none of our business."""
        with self._writing:
            self._bury(name, self.state.died, self.state.moment + 1)
            self._rows.pop(name, None)
            self.state = self.state._replace(moment=self.state.moment + 1)

    def search(self, query: Bag, least: int) -> Found:
        """Every living bag whose ``rel`` with the query is at least ``least`` (1 or more)."""
        state, scratch = self.state, self._scratch
        scratch.room(state.known)
        look = Query(query.features, weighted(query), np.int32(max(1, least) - 1))
        living, finds, found, first = Living(state.died, state.moment), scratch.finds, 0, 0
        for segment in state.segments:
            found = search(*segment, look, scratch.totals, first, living, finds, found)
            first += segment.size
        if state.known > state.merged:
            scratch.wanted[look.features] = look.weights
            delta = state.delta, scratch.wanted
            found = scan(*delta, look.below, first, state.known, living, finds, found)
            scratch.wanted[look.features] = 0
        return Found(state, finds.rows[:found].copy(), finds.scores[:found].copy())

    def merge(self) -> None:
        """Turn the delta into segments. Searches and edits go on meanwhile; call it from a thread."""
        with self._merging:
            state = self.state
            whole, rows = list(state.segments), state.delta.part(0, state.known - state.merged)
            if state.merged % PART:
                tail = whole.pop()
                living = state.died[state.merged - tail.size : state.merged] > state.moment
                rows = joined((turn_back(tail.postings, living), rows))
            made = (*whole, *segments_of(rows))
            with self._writing:
                now = self.state
                rest = now.delta.part(state.known - now.merged, now.known - now.merged)
                room = _with_room(rest, rest.pointers.size + MERGE_AT, rest.features.size + 1)
                self.state = now._replace(segments=made, merged=state.known, delta=room)

    def repack(self) -> None:
        """Drop the dead rows. Searches go on meanwhile; edits wait (about two seconds at a million)."""
        self.merge()
        with self._merging, self._writing:
            state = self.state
            living = state.died[: state.known] == ALIVE
            kept = np.flatnonzero(living)
            firsts = accumulate((segment.size for segment in state.segments), initial=0)
            tables = [
                _living(segment, living[first : first + segment.size])
                for segment, first in zip(state.segments, firsts, strict=False)
            ]
            pending = state.delta.part(0, state.known - state.merged).only(living[state.merged :])
            rows = joined([*tables, pending])
            names = [state.ids[row] for row in kept.tolist()]
            segments = tuple(segments_of(rows))
            died = np.full(kept.size, ALIVE, dtype=np.int64)
            self._rows = {name: row for row, name in enumerate(names)}
            records, keys, moment = state.records[kept], state.keys[kept], state.moment + 1
            self.state = State(
                segments, len(names), rows_of([]), len(names), moment, died, records, keys, names
            )

    def _roomy(self, features: int) -> State:
        """The state with room for one more bag; readers of the old one keep what they look at."""
        state, delta = self.state, self.state.delta
        at, row = state.known - state.merged, state.known + 1
        end = int(delta.pointers[at]) + features
        if row <= state.keys.size and at + 1 < delta.pointers.size and end <= delta.features.size:
            return state
        room = _with_room(delta, at + 2, end)
        died, records = _grown(state.died, row), _grown(state.records, row)
        return state._replace(delta=room, died=died, records=records, keys=_grown(state.keys, row))

    def _bury(self, name: str, died: NDArray[np.int64], moment: int) -> None:
        row = self._rows.get(name)
        if row is not None:
            died[row] = moment


def weighted(query: Bag) -> NDArray[np.int32]:
    """The query's weights, already times six or four."""
    factors = np.where(query.features >= FIRST_STEM, STEM_FACTOR, CODE_FACTOR).astype(np.int32)
    return factors * query.weights


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


def _with_room(delta: Rows, bags: int, features: int) -> Rows:
    """The delta with room for that many pointers and features, or more."""
    return Rows(
        _grown(delta.pointers, bags),
        _grown(delta.features, features, DELTA),
        _grown(delta.impacts, features, DELTA),
    )


def _append(delta: Rows, at: int, bag: Bag) -> None:
    """Write one bag behind the last; readers that know fewer rows do not see it."""
    begin = int(delta.pointers[at])
    end = begin + len(bag)
    delta.pointers[at + 1] = end
    delta.features[begin:end], delta.impacts[begin:end] = bag.features, bag.weights


def _living(segment: Segment, living: NDArray[np.bool_]) -> Rows:
    """The living rows of a segment."""
    return turn_back(segment.postings, living).only(living)
