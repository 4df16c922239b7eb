"""Dead rows are dropped while searches and edits go on, and every answer stays exact."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread
from weakref import ref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.adapters import index_snapshot
from services.scoring.adapters.reference_data import vocabulary
from services.scoring.domain.inverted_index.index import MERGE_AT, SHARE, SLICE, InvertedIndex
from services.scoring.domain.inverted_index.relevance import FIRST_STEM, TermVector, relevance, term_vector
from services.scoring.domain.inverted_index.row_table import RowNumbers, RowTable, TableState, repacked
from services.scoring.domain.inverted_index.segments import rows_of
from services.scoring.domain.matching.hard_limits import NeedConstraints
from services.scoring.domain.matching.need_index import NeedIndex

FEATURE = st.one_of(st.integers(0, 8), st.integers(FIRST_STEM, FIRST_STEM + 8))
VECTORS = st.dictionaries(FEATURE, st.floats(0.01, 1.0), max_size=8).map(term_vector)
EDIT = st.tuples(st.integers(0, 9), st.none() | VECTORS)
EDITS = st.lists(EDIT, max_size=SLICE + 20)
STEP = st.one_of(EDIT, st.sampled_from(["merge", "repack", "tidy"]))
Change = tuple[int, TermVector | None]
OBJECTS = np.dtype(object)


class Interrupted(InvertedIndex):
    """A index that is edited while it is repacked: while the new table is built, and while it catches up."""

    def __init__(self) -> None:
        super().__init__(OBJECTS)
        self.while_built: Callable[[], None] = lambda: None
        self.while_catching_up: Callable[[], None] = lambda: None

    def _built(self, state: TableState) -> RowTable:
        self.while_built()
        return super()._built(state)

    def _caught_up(self) -> bool:
        self.while_catching_up()
        return super()._caught_up()


class Checked:
    """A index beside a plain dictionary; both get the same edits, and the rule says what is right."""

    def __init__(self, index: InvertedIndex) -> None:
        self.inverted_index, self.standing = index, dict[str, TermVector]()

    def change(self, change: Change) -> None:
        number, new = change
        if new is None:
            self.inverted_index.remove(f"n{number}")
            self.standing.pop(f"n{number}", None)
        else:
            self.inverted_index.put(f"n{number}", new, f"record of n{number}")
            self.standing[f"n{number}"] = new

    def check(self, query: TermVector) -> None:
        state, rows, scores = self.inverted_index.search(query, 1)
        found = [(state.ids[row], score) for row, score in zip(rows.tolist(), scores.tolist(), strict=True)]
        expected = {name: relevance(one, query) for name, one in self.standing.items()}
        assert sorted(found) == sorted((name, score) for name, score in expected.items() if score)
        assert all(state.records[row] == f"record of {state.ids[row]}" for row in rows.tolist())
        assert len(self.inverted_index) == len(self.standing)


@pytest.mark.long
@given(st.lists(STEP, max_size=40), VECTORS)
@settings(max_examples=60, deadline=None)
def test_whatever_is_put_removed_merged_and_repacked_every_search_is_exact(
    steps: Sequence[Change | str], query: TermVector
) -> None:
    checked = Checked(InvertedIndex(OBJECTS))
    for step in steps:
        if isinstance(step, str):
            getattr(checked.inverted_index, step)()
        else:
            checked.change(step)
        checked.check(query)


@pytest.mark.long
@given(EDITS, EDITS, st.lists(EDITS, max_size=3), VECTORS)
@settings(max_examples=60, deadline=None)
def test_edits_made_during_a_repacking_are_seen_at_once_and_kept_by_it(
    before: list[Change], building: list[Change], catching_up: list[list[Change]], query: TermVector
) -> None:
    index = Interrupted()
    checked, rounds = Checked(index), iter(catching_up)

    def make(changes: Sequence[Change]) -> None:
        for change in changes:
            checked.change(change)
            checked.check(query)

    make(before)
    index.while_built = lambda: make(building)
    index.while_catching_up = lambda: make(next(rounds, []))
    index.repack()
    checked.check(query)
    make(before)


def test_a_repacking_in_a_thread_and_edits_beside_it_agree() -> None:
    dice = np.random.default_rng(5)
    vectors = [term_vector({int(one): 0.5 for one in dice.integers(0, 9, 3)}) for _ in range(50)]
    checked = Checked(InvertedIndex(OBJECTS))
    for number in range(400):
        checked.change((number, vectors[number % 50]))
    for turn in range(5):
        thread = Thread(target=checked.inverted_index.repack)
        thread.start()
        for _ in range(60):
            checked.change((int(dice.integers(400)), None if dice.random() < 0.3 else vectors[turn]))
            checked.check(vectors[turn])
        thread.join()
        checked.check(vectors[turn])
    assert checked.inverted_index.wasted < 0.5


def test_edits_that_come_faster_than_one_slice_do_not_keep_a_repacking_from_its_end() -> None:
    index, some, turns = Interrupted(), term_vector({1: 1.0}), list[int]()

    def many() -> None:
        turns.append(1)
        for number in range(3 * SLICE):
            index.put(f"n{number}", some, None)

    def very_many() -> None:
        for _ in range(20):
            many()

    index.while_built = very_many
    index.while_catching_up = many
    index.repack()
    assert len(turns) - 20 <= 20 // (SHARE - 1) + 2
    assert len(index) == 3 * SLICE


def test_the_edit_that_ends_a_repacking_does_not_wait_for_the_old_table_to_be_let_go() -> None:
    """A million ids took it a tenth of a second; the repacking thread does that, a part at a time."""
    index, some = Interrupted(), term_vector({1: 1.0})
    for number in range(10):
        index.put(f"n{number}", some, None)
    old, states = ref(index._table), [index.state]

    def edits() -> None:
        while index.state.moment == states[-1].moment or index._next is not None:
            index.put("n0", some, None)
        assert old() is not None

    index.while_built = lambda: index.put("n0", some, None)
    index.while_catching_up = edits
    states.append(index.state)
    index.repack()
    assert old() is None
    assert len(index) == 10


def test_a_repacking_that_fails_leaves_the_index_as_it_was_and_the_next_one_works() -> None:
    index, some = Interrupted(), term_vector({1: 1.0})
    for _ in range(10):
        index.put("n", some, None)

    def fail() -> None:
        raise MemoryError

    index.while_built = fail
    with pytest.raises(MemoryError):
        index.repack()
    index.while_built = lambda: None
    index.put("m", some, None)
    index.repack()
    assert (len(index), index.state.known) == (2, 2)


@pytest.mark.long
@pytest.mark.parametrize(
    "every", [pytest.param(1, marks=pytest.mark.slow), 500, pytest.param(3_000, marks=pytest.mark.slow)]
)
def test_a_thousand_needs_edited_300_times_each_leave_a_few_thousand_rows(every: int, tmp_path: Path) -> None:
    index, terms, most = NeedIndex(vocabulary()), NeedConstraints(city="malmo"), 0
    vectors = [term_vector({one: 1.0, FIRST_STEM + one: 0.5}) for one in range(100)]
    for edit in range(300_000):
        index.place(f"need-{edit % 1_000}", vectors[edit % 97], terms, revision=edit + 1)
        if edit % every == 0 and index.due:
            index.tidy()
        most = max(most, index.inverted_index.state.known)
    index.tidy()
    assert len(index) == 1_000
    assert most <= 3 * MERGE_AT
    assert index.inverted_index.state.known <= 2_000
    index_snapshot.save(index, tmp_path / "index")
    assert index_snapshot.load(vocabulary(), tmp_path / "index").inverted_index.state.known <= 1_000


def test_a_snapshot_holds_no_dead_rows_and_the_same_answers(tmp_path: Path) -> None:
    index, terms = NeedIndex(vocabulary()), NeedConstraints(city="malmo", lacking=frozenset({"ict"}))
    vectors = [term_vector({one: 1.0}) for one in range(20)]
    for edit in range(500):
        index.place(f"need-{edit % 25}", vectors[edit % 20], terms, revision=edit + 1)
    index_snapshot.save(index, tmp_path / "index")
    back = index_snapshot.load(vocabulary(), tmp_path / "index")
    assert (index.inverted_index.state.known, back.inverted_index.state.known) == (500, 25)
    assert back.version == index.version
    for one in vectors:
        assert back.search(one, least=1).ids == index.search(one, least=1).ids
    assert back.place("need-1", vectors[0], terms, revision=1_000)
    assert back.search(vectors[0], least=1).ids != index.search(vectors[0], least=1).ids


def test_a_full_segment_with_few_dead_rows_is_taken_over_as_it_is() -> None:
    index, few = InvertedIndex(OBJECTS), [term_vector({one: 1.0}) for one in range(8)]
    names = [f"n{row}" for row in range(65_536)]
    index.load(names, rows_of(few * 8_192), np.full(65_536, None))
    (large,) = index.state.segments
    for row in range(5_000):
        index.put(names[row], few[1], None)
    made = repacked(index.state)
    assert made.segments[0] is large
    assert made.known == 65_536 + 5_000
    for row in range(5_000, 10_000):
        index.remove(names[row])
    assert repacked(index.state).known == 60_536


def test_places_count_what_stands() -> None:
    places = RowNumbers()
    for row in range(3_000):
        places.set(f"n{row % 1_000}", row)
    places.pop("n5")
    places.pop("n5")
    assert (len(places), places.get("n5"), places.get("n6")) == (999, None, 2_006)
