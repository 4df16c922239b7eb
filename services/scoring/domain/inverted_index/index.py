"""The inverted index: read without a lock, changed one row at a time, every change seen by the next search.

An edit never touches what a reader looks at: the old row gets the moment of its removal, the new one goes to
the *delta*, which is read row by row until ``merge`` turns it into a segment. A reader holds one immutable
``TableState`` and therefore sees all edits up to one moment and none after it.

Dead rows are dropped by ``repack``, which builds another table beside the one in use. Edits that come
meanwhile are made in the table in use and noted; once the other table is built they are made there too, a few
with each new edit, until both hold the same rows and the new one replaces the old.
"""

from collections import deque
from collections.abc import Sequence
from threading import Event, Lock, local
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.inverted_index.relevance import FEATURES, TermVector, weighted
from services.scoring.domain.inverted_index.row_table import (
    ALIVE,
    Records,
    RowTable,
    TableState,
    dead_share,
    empty,
    grown,
    places_of,
    repacked,
    tie_keys,
    with_room,
)
from services.scoring.domain.inverted_index.search import Finds, Living, Query, scan, search
from services.scoring.domain.inverted_index.segments import (
    PART,
    SparseRows,
    joined,
    rows_of,
    segments_of,
    turn_back,
)

MERGE_AT: Final = 4_096  # rows in the delta after which a merge pays
ROOM: Final = 2 * MERGE_AT  # rows that a new table has room for at least, beside a quarter of its own
WASTED: Final = 0.25  # share of dead rows from which on repacking pays
SHARE: Final = 4  # noted edits that each new edit makes in the table that is being built
SLICE: Final = 32  # noted edits that the repacking thread makes while it holds the lock, about a millisecond
FREED_AT_ONCE: Final = 1_000  # ids of the old table that are let go before others have their turn
PAUSE: Final = 0.001  # seconds in which it lets others have the lock


class FoundRows(NamedTuple):
    """Rows that reached the threshold, in no order, with their ``rel``; to be read against ``state``."""

    state: TableState
    rows: NDArray[np.int64]
    scores: NDArray[np.int32]


class IndexEdit(NamedTuple):
    """One change: a vector with its record under an id, or ``None`` for an id that was taken away."""

    name: str
    vector: TermVector | None
    record: object

    def make(self, table: RowTable) -> None:
        """Make the change in a table."""
        if self.vector is None:
            table.remove(self.name)
        else:
            table.put(self.name, self.vector, self.record)


class _Scratch(local):
    """What one thread adds up and writes in."""

    def __init__(self) -> None:
        self.totals = np.zeros(PART, dtype=np.int32)
        self.wanted = np.zeros(FEATURES, dtype=np.int32)
        self.finds = Finds(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32))

    def reserve(self, known: int) -> None:
        """Make room for that many finds; memory that is never written is never taken."""
        if self.finds.rows.size < known:
            self.finds = Finds(np.empty(2 * known, np.int64), np.empty(2 * known, np.int32))


class InvertedIndex:
    """Term vectors under their ids, with one record each; any thread may search, one at a time edits."""

    def __init__(self, record: np.dtype[Any]) -> None:
        self._scratch = _Scratch()
        self._writing, self._merging = Lock(), Lock()
        self._table = _table(empty(record))
        self._noted: deque[IndexEdit] | None = None
        self._next: RowTable | None = None
        self._left: RowTable | None = None

    def __len__(self) -> int:
        return len(self._table.places)

    def __contains__(self, name: str) -> bool:
        return self.row(name) is not None

    @property
    def state(self) -> TableState:
        """What whoever searches now looks at."""
        return self._table.state

    @property
    def pending(self) -> int:
        """Rows that no segment has yet."""
        state = self.state
        return state.known - state.merged

    @property
    def wasted(self) -> float:
        """The share of rows that are dead."""
        return dead_share(self.state, len(self))

    @property
    def due(self) -> bool:
        """Whether ``tidy`` would pay now."""
        return self.pending >= MERGE_AT or (self._dead_rows >= MERGE_AT and self.wasted >= WASTED)

    def row(self, name: str) -> int | None:
        """Where an id stands now."""
        return self._table.places.get(name)

    def load(self, names: Sequence[str], rows: SparseRows, records: Records) -> None:
        """Fill an empty index at once, about a microsecond per vector; ids must differ."""
        died = np.full(len(names), ALIVE, dtype=np.int64)
        count, segments = len(names), tuple(segments_of(rows))
        self.restore(
            TableState(segments, count, rows_of([]), count, 0, died, records, tie_keys(names), list(names))
        )

    def restore(self, state: TableState) -> None:
        """Take a state that was kept, with its dead rows and its delta; the index must be empty."""
        if self.state.known:
            raise ValueError("load and restore fill an empty index; use put to change one that has something")
        self._table = _table(state)

    def put(self, name: str, vector: TermVector, record: object) -> None:
        """Add a vector or replace the one with this id; visible to whoever searches next."""
        self._change(IndexEdit(name, vector, record))

    def remove(self, name: str) -> None:
        """Take a vector away; an unknown id changes nothing."""
        self._change(IndexEdit(name, None, None))

    def search(self, query: TermVector, least: int) -> FoundRows:
        """Every living vector whose ``rel`` with the query is at least ``least`` (1 or more)."""
        state, scratch = self.state, self._scratch
        scratch.reserve(state.known)
        look = Query(query.features, weighted(query), np.int32(max(1, least) - 1))
        living, finds, count, first = Living(state.died, state.moment), scratch.finds, 0, 0
        for segment in state.segments:
            count = search(*segment, look, scratch.totals, first, living, finds, count)
            first += segment.size
        if state.known > state.merged:
            scratch.wanted[look.features] = look.weights
            delta = state.delta, scratch.wanted
            count = scan(*delta, look.below, first, state.known, living, finds, count)
            scratch.wanted[look.features] = 0
        return FoundRows(state, finds.rows[:count].copy(), finds.scores[:count].copy())

    def tidy(self) -> None:
        """Drop the dead rows where they are many or room gets short, else fold recent edits into segments."""
        if self._short or self.wasted >= WASTED:
            self.repack()
        else:
            self.merge()

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
                delta = with_room(rest, rest.pointers.size + MERGE_AT, rest.features.size + 1)
                self._table.state = now._replace(segments=made, merged=state.known, delta=delta)

    def repack(self) -> None:
        """Drop the dead rows. Searches and edits go on meanwhile; call it from a thread.

        An edit made while the new table catches up does the work of ``SHARE`` others as well, so the new
        table gets there however fast edits come, and no edit waits for all of them.
        """
        with self._merging:
            try:
                with self._writing:
                    state, self._noted = self.state, deque()
                built = self._built(state)
                with self._writing:
                    self._next = built
                while not self._caught_up():
                    Event().wait(PAUSE)
            finally:
                with self._writing:
                    self._noted = self._next = None
                    parts = self._left.places.parts() if self._left is not None else []
                    left, self._left = self._left, None
                del left
                freed = 0
                while parts:
                    freed += len(parts.pop())
                    if freed >= FREED_AT_ONCE:
                        Event().wait(PAUSE)
                        freed = 0

    def _built(self, state: TableState) -> RowTable:
        """The table that takes the place of the one in use; this is what takes long."""
        return _table(repacked(state))

    @property
    def _short(self) -> bool:
        """Whether room may run out soon: the edit that makes room copies what is kept beside all vectors."""
        state = self.state
        return state.keys.size - state.known < max(MERGE_AT, state.known // 16)

    @property
    def _dead_rows(self) -> int:
        return self.state.known - len(self)

    def _change(self, edit: IndexEdit) -> None:
        with self._writing:
            edit.make(self._table)
            if self._noted is not None:
                self._noted.append(edit)
            self._catch_up(SHARE)

    def _caught_up(self) -> bool:
        with self._writing:
            self._catch_up(SLICE)
            return self._next is None

    def _catch_up(self, most: int) -> None:
        """Make some of the noted edits in the new table; when none is left it takes the place of the old."""
        if self._next is None or self._noted is None:
            return
        for _ in range(min(most, len(self._noted))):
            self._noted.popleft().make(self._next)
        if not self._noted:
            # The repacking thread lets the old table go; the edit that comes here would wait for it.
            self._left, self._table = self._table, self._next
            self._noted = self._next = None


def _table(state: TableState) -> RowTable:
    """A table that begins with a state, and room for what comes until it is repacked again."""
    return RowTable(grown(state, state.known + max(ROOM, state.known // 4)), places_of(state))
