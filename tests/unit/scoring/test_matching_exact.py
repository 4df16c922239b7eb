"""The fast engine, the sparse matrix and the plain rule say the same, before and after edits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.domain.inverted_index.index import InvertedIndex
from services.scoring.domain.inverted_index.reference_search import ReferenceSearch
from services.scoring.domain.inverted_index.relevance import (
    ALERT,
    FEATURES,
    FIRST_STEM,
    FULL,
    LIKELY,
    MAXIMUM,
    MOST,
    TermVector,
    relevance,
    term_vector,
)
from services.scoring.domain.inverted_index.row_table import tie_key, tie_keys
from services.scoring.domain.inverted_index.search import best_first
from services.scoring.domain.inverted_index.segments import (
    by_topic,
    parts_of,
    rows_of,
    segments_of,
    turn,
    turn_back,
)

FEATURE = st.one_of(st.integers(0, 8), st.integers(FIRST_STEM, FIRST_STEM + 8), st.just(FEATURES - 1))
VECTORS = st.dictionaries(FEATURE, st.floats(0.01, 1.0), max_size=12).map(term_vector)
EDITS = st.lists(st.tuples(st.integers(0, 9), st.none() | VECTORS), max_size=30)


def index_of(vectors: list[TermVector]) -> InvertedIndex:
    index = InvertedIndex(np.dtype(object))
    records = np.empty(len(vectors), dtype=object)
    index.load([f"n{row}" for row in range(len(vectors))], rows_of(vectors), records)
    return index


def found(index: InvertedIndex, query: TermVector, least: int = 1) -> dict[str, int]:
    state, rows, scores = index.search(query, least)
    return {state.ids[row]: score for row, score in zip(rows.tolist(), scores.tolist(), strict=True)}


def by_rule(vectors: dict[str, TermVector], query: TermVector, least: int = 1) -> dict[str, int]:
    scores = {name: relevance(need, query) for name, need in vectors.items()}
    return {name: score for name, score in scores.items() if score >= least}


def random_vectors(count: int, seed: int) -> list[TermVector]:
    dice = np.random.default_rng(seed)
    wide = [*range(40), *range(FIRST_STEM, FIRST_STEM + 200)]
    return [
        term_vector({int(f): float(dice.uniform(0.01, 1)) for f in dice.choice(wide, 15, replace=False)})
        for _ in range(count)
    ]


def test_two_vectors_that_agree_in_everything_reach_the_maximum() -> None:
    same = term_vector({3: 1.0, FIRST_STEM + 3: 1.0})
    assert relevance(same, same) == MAXIMUM == 650_250


def test_a_shared_code_counts_six_and_a_shared_stem_four() -> None:
    code, stem = term_vector({3: 1.0}), term_vector({FIRST_STEM: 1.0})
    assert relevance(code, code) == 6 * FULL * FULL
    assert relevance(stem, stem) == 4 * FULL * FULL
    assert relevance(code, stem) == 0


def test_a_vector_keeps_the_heaviest_features_in_rising_order() -> None:
    full = term_vector({feature: (feature + 1) / FULL for feature in range(200)})
    assert len(full) == MOST
    assert full.features.tolist() == list(range(200 - MOST, 200))


def test_what_rounds_to_nothing_is_left_out_and_weights_end_at_255() -> None:
    assert term_vector({1: 0.001, 2: 7.0}).items() == {2: FULL}


@given(st.lists(VECTORS, max_size=12), VECTORS)
@settings(max_examples=40, deadline=None)
def test_kernel_matrix_and_rule_agree(vectors: list[TermVector], query: TermVector) -> None:
    expected = by_rule({f"n{row}": need for row, need in enumerate(vectors)}, query)
    assert found(index_of(vectors), query) == expected
    if vectors:
        rows, scores = ReferenceSearch.of(vectors).search(query, 1)
        assert {f"n{row}": s for row, s in zip(rows.tolist(), scores.tolist(), strict=True)} == expected


@given(EDITS, EDITS, VECTORS)
@settings(max_examples=40, deadline=None)
def test_every_edit_is_seen_by_the_next_search(
    early: list[tuple[int, TermVector | None]], late: list[tuple[int, TermVector | None]], query: TermVector
) -> None:
    index, standing = index_of([]), dict[str, TermVector]()
    for edits in (early, late):
        for number, new in edits:
            if new is None:
                index.remove(f"n{number}")
                standing.pop(f"n{number}", None)
            else:
                index.put(f"n{number}", new, None)
                standing[f"n{number}"] = new
        assert found(index, query) == by_rule(standing, query)
        index.merge()
        assert found(index, query) == by_rule(standing, query)
    index.repack()
    assert found(index, query) == by_rule(standing, query)
    assert len(index) == len(standing)


def test_a_search_holds_to_its_moment_while_edits_go_on() -> None:
    index = index_of([term_vector({1: 1.0})])
    before = index.search(term_vector({1: 1.0}), 1)
    index.remove("n0")
    assert before.state.ids[int(before.rows[0])] == "n0"
    assert found(index, term_vector({1: 1.0})) == {}


def test_only_what_reaches_the_threshold_is_found() -> None:
    index = index_of([term_vector({1: 1.0}), term_vector({1: 0.3})])
    assert set(found(index, term_vector({1: 1.0}), ALERT)) == {"n0"}


@pytest.mark.parametrize("least", [1, ALERT // 3, ALERT])
def test_many_blocks_of_many_segments_give_what_one_matrix_gives(least: int) -> None:
    few = random_vectors(50, seed=1)
    vectors = few * 2_800  # two full parts of 65,536 in one segment, and a rest in another
    index, reference = index_of(vectors), ReferenceSearch.of(few)
    for query in random_vectors(5, seed=2):
        rows, scores = reference.search(query, least)
        expected = dict(zip(rows.tolist(), scores.tolist(), strict=True))
        _, mine, rels = index.search(query, least)
        assert len(mine) == 2_800 * len(expected)
        assert all(expected[row % 50] == rel for row, rel in zip(mine.tolist(), rels.tolist(), strict=True))


def test_rows_of_a_part_stand_in_the_order_of_their_heaviest_code() -> None:
    rows = rows_of(
        [
            term_vector({9: 0.5, 3: 0.4}),
            term_vector({FIRST_STEM: 1.0}),
            term_vector({2: 0.1}),
            term_vector({LIKELY + 3: 1.0}),
        ]
    )
    assert by_topic(rows).tolist() == [2, 3, 0, 1]


def test_of_each_block_the_heaviest_of_every_common_feature_is_known() -> None:
    rows = rows_of([term_vector({1: 0.2}), term_vector({1: 0.6, 5: 0.2}), term_vector({5: 0.8})] * 300)
    (segment,) = segments_of(rows)
    blocks = segment.blocks
    assert [feature for feature in range(8) if blocks.slots[feature] >= 0] == [1, 5]
    assert blocks.peaks[:, :4].tolist() == [[153, 153, 153, 0], [51, 51, 204, 204]]
    assert blocks.peaks[:, 4:].max() == 0


def test_finds_come_by_score_and_equal_ones_by_the_key_of_their_row() -> None:
    dice = np.random.default_rng(4)
    rows, scores = dice.permutation(500), dice.integers(ALERT, ALERT + 50, 500).astype(np.int32)
    keys = dice.integers(0, 1 << 63, 500).astype(np.uint64)
    assert best_first(rows, scores, keys).tolist() == np.lexsort((keys[rows], -scores)).tolist()


def test_turning_rows_into_postings_and_back_changes_nothing() -> None:
    rows = rows_of(random_vectors(30, seed=3))
    back = turn_back(turn(rows, FEATURES, by_topic(rows)), np.ones(30, dtype=np.bool_))
    assert np.array_equal(rows.pointers, back.pointers)
    assert np.array_equal(rows.features, back.features)
    assert np.array_equal(rows.impacts, back.impacts)


def test_parts_that_are_woven_together_come_back_row_by_row_without_what_is_dropped() -> None:
    rows = rows_of(random_vectors(20, seed=5) * 3_400)
    keep = np.arange(rows.height) % 3 != 0
    woven = turn(rows, FEATURES, by_topic(rows))
    assert (parts_of(woven.order.size), rows.height) == (2, 68_000)
    back = turn_back(woven, keep)
    for row in (0, 1, 65_535, 65_536, 65_537, 67_999):
        mine, before = back.part(row, row + 1), rows.part(row, row + 1)
        assert mine.features.tolist() == (before.features.tolist() if keep[row] else [])
        assert mine.impacts.tolist() == (before.impacts.tolist() if keep[row] else [])


def test_what_is_put_behind_full_segments_is_found_after_merge_and_repack() -> None:
    index = index_of(random_vectors(32, seed=6) * 2_048)  # exactly one full part
    rare = term_vector({FEATURES - 1: 1.0})
    for number in range(3):
        index.put(f"late{number}", rare, None)
        index.remove(f"n{number}")
        index.merge()
    assert [segment.size for segment in index.state.segments] == [65_536, 3]
    expected = dict.fromkeys(("late0", "late1", "late2"), 4 * FULL * FULL)
    assert found(index, rare) == expected
    index.repack()
    assert found(index, rare) == expected
    assert len(index) == 65_536


def test_the_order_of_equals_depends_on_the_ids_alone() -> None:
    names = ["need-1", "need-2", "größe", "", "need-1"]
    together, alone = tie_keys(names), [int(tie_key(name)) for name in names]
    assert together.tolist() == alone
    assert len(set(alone)) == 4


def test_an_index_that_has_something_in_it_is_not_loaded_again() -> None:
    index = index_of([term_vector({1: 1.0})])
    with pytest.raises(ValueError, match="empty index"):
        index.load([], rows_of([]), np.empty(0, dtype=object))
