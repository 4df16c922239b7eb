"""Made-up vectors in any number, shaped like real ones, for measuring speed - never for measuring quality.

Shape, taken from vectors of real notices: about 40 telling stems, drawn as often as the frozen statistics say
they occur; one likely class with its group and division, four less likely ones; one in three states its code.
Classes are drawn by Zipf's law with a flat head: the commonest has one vector in fifty.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.codes.code_suggestion import LEVELS
from services.scoring.domain.inverted_index.relevance import (
    AT,
    FEATURES,
    FIRST_STEM,
    FULL,
    LIKELY,
    MOST,
    REACH,
    UNDER,
    TermVector,
)
from services.scoring.domain.inverted_index.segments import SparseRows
from services.scoring.domain.matching.hard_limits import RECORD
from services.scoring.domain.matching.vocabulary import NEXT_LEVEL, Vocabulary

STEMS: Final = 40  # on average; between 4 and 90
OTHERS: Final = 4  # less likely classes
STATED: Final = 1 / 3
CHUNK: Final = 1 << 16
Whole = NDArray[np.int64]
Real = NDArray[np.float64]


@dataclass(frozen=True)
class Synthetic:
    """A source of vectors; the same seed gives the same vectors."""

    vocabulary: Vocabulary
    seed: int = 1

    def needs(self, count: int) -> SparseRows:
        """That many vectors of needs."""
        return _joined([self._chunk(size, number, need=True) for number, size in _chunks(count)])

    def solutions(self, count: int) -> list[TermVector]:
        """That many vectors of solutions."""
        rows = _joined([self._chunk(size, 1_000 + number, need=False) for number, size in _chunks(count)])
        return [vector_at(rows, row) for row in range(count)]

    def records(self, count: int) -> NDArray[Any]:
        """Standing needs without limits, each in a city of its own."""
        records = np.zeros(count, dtype=RECORD)
        records["city"], records["open"] = np.arange(count), True
        records["deadline"], records["population"] = np.iinfo(np.int64).max, -1
        records["budget"] = records["agreed_risk"] = np.nan
        return records

    @cached_property
    def _stem_share(self) -> Real:
        """Cumulated share of each stem, from how telling it is: 255 occurs once, 0 is a stop word."""
        telling = self.vocabulary.telling.astype(np.float64)
        share = np.where(telling > 0, 1_400.0 ** -(telling / FULL), 0.0)
        total: Real = np.cumsum(share) / share.sum()
        return total

    @cached_property
    def _classes(self) -> Whole:
        """Division, group and class, commonest class first; a missing level repeats the one above."""
        paths = {(*path, path[-1], path[-1])[:3] for path in self.vocabulary.tree.paths}
        return np.random.default_rng(self.seed).permutation(np.array(sorted(paths)))

    @cached_property
    def _parents(self) -> Whole:
        return np.array([path[-2] if len(path) > 1 else path[0] for path in self.vocabulary.tree.paths])

    def _chunk(self, count: int, number: int, *, need: bool) -> SparseRows:
        dice = np.random.default_rng([self.seed, number])
        parts = [self._stems(dice, count), *self._codes(dice, count, need=need)]
        rows, features, weights = (np.concatenate(column) for column in zip(*parts, strict=True))
        return _rows(count, rows, features, weights)

    def _stems(self, dice: np.random.Generator, count: int) -> tuple[Whole, Whole, Real]:
        lengths = np.clip(dice.lognormal(np.log(STEMS) - 0.125, 0.5, count), 4, 90).astype(np.int64)
        rows = np.repeat(np.arange(count), lengths)
        buckets = np.searchsorted(self._stem_share, dice.random(rows.size))
        weights = self.vocabulary.telling[buckets].astype(np.float64)
        norm = np.sqrt(np.bincount(rows, weights * weights, minlength=count))
        return rows, FIRST_STEM + buckets, weights / norm[rows]

    def _codes(
        self, dice: np.random.Generator, count: int, *, need: bool
    ) -> Iterator[tuple[Whole, Whole, Real]]:
        odds = 1 / (np.arange(len(self._classes)) + 10.0)
        every = np.arange(count)
        picks = dice.choice(len(self._classes), (count, 1 + OTHERS), p=odds / odds.sum())
        sure = dice.uniform(0.02, 0.2, (count, 1 + OTHERS))
        sure[:, 0] = dice.uniform(0.2, 0.9, count)
        for context in (LIKELY,) if need else (LIKELY, REACH):
            for pick, chance in zip(picks.T, sure.T, strict=True):
                for level, share in enumerate(LEVELS):
                    yield every, context + self._classes[pick, level], chance * np.sqrt(share)
        stating = np.flatnonzero(dice.random(count) < STATED)
        yield from self._stated(stating, self._classes[picks[stating, 0]], need=need)

    def _stated(self, rows: Whole, paths: Whole, *, need: bool) -> Iterator[tuple[Whole, Whole, Real]]:
        ones, nodes = np.ones(rows.size), paths[:, -1]
        yield rows, AT + nodes, ones
        if need:
            yield rows, UNDER + self._parents[nodes], ones
            for level, share in enumerate(LEVELS):
                yield rows, REACH + paths[:, level], ones * np.sqrt(share)
        else:
            yield rows, AT + self._parents[nodes], ones * NEXT_LEVEL
            yield rows, UNDER + nodes, ones * NEXT_LEVEL


def vector_at(rows: SparseRows, row: int) -> TermVector:
    """One row as a vector."""
    begin, end = int(rows.pointers[row]), int(rows.pointers[row + 1])
    return TermVector(rows.features[begin:end], rows.impacts[begin:end])


def _chunks(count: int) -> Iterator[tuple[int, int]]:
    for number, first in enumerate(range(0, count, CHUNK)):
        yield number, min(CHUNK, count - first)


def _rows(count: int, rows: Whole, features: Whole, weights: Real) -> SparseRows:
    """Each feature once per row, rounded to 1/255, at most 128 of a row."""
    pairs, first = np.unique(rows * FEATURES + features, return_index=True)
    whole = np.minimum(FULL, np.rint(weights[first] * FULL)).astype(np.uint8)
    owner = pairs // FEATURES
    place = np.arange(pairs.size) - np.searchsorted(owner, owner)
    kept = (whole > 0) & (place < MOST)
    pointers = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner[kept], minlength=count), out=pointers[1:])
    return SparseRows(pointers, (pairs[kept] % FEATURES).astype(np.int32), whole[kept])


def _joined(parts: list[SparseRows]) -> SparseRows:
    ends = np.cumsum([0, *(int(part.pointers[-1]) for part in parts)])
    pointers = [part.pointers[1:] + end for part, end in zip(parts, ends, strict=False)]
    return SparseRows(
        np.concatenate([np.zeros(1, np.int64), *pointers]),
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.impacts for part in parts]),
    )
