"""The index of standing needs: which needs a solution answers, best first, within the hard limits.

``Hits`` holds everything that was found; each hit becomes an object only when it is looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final, NamedTuple, overload

import numpy as np

from services.scoring.domain.inverted_index.index import FoundRows, InvertedIndex
from services.scoring.domain.inverted_index.relevance import ALERT, TermVector, fit
from services.scoring.domain.inverted_index.revisions import Versions
from services.scoring.domain.inverted_index.row_table import TableState
from services.scoring.domain.inverted_index.search import best_first
from services.scoring.domain.matching.hard_limits import (
    RECORD,
    HardLimits,
    NeedConstraints,
    allowed,
    record,
    shared,
    standing,
)
from services.scoring.domain.matching.vocabulary import Vocabulary, of_need, of_solution
from shared.facts import CityProfile, Need, Solution

NO_LIMITS: Final = HardLimits()


@dataclass(frozen=True, slots=True)
class Hit:
    """One need that a solution answers."""

    need_id: str
    rel: int
    fit: float


class Hits(Sequence[Hit]):
    """Hits in falling order of ``rel``; equal ones in an order that is the same on every replica."""

    def __init__(self, rows_found: FoundRows) -> None:
        order = best_first(rows_found.rows, rows_found.scores, rows_found.state.keys)
        self._ids, self._rows, self._scores = (
            rows_found.state.ids,
            rows_found.rows[order],
            rows_found.scores[order],
        )

    def __len__(self) -> int:
        return int(self._rows.size)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> list[Hit]: ...
    def __getitem__(self, place: int | slice) -> Hit | list[Hit]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        rel = int(self._scores[place])
        return Hit(self._ids[self._rows[place]], rel, fit(rel))

    def __iter__(self) -> Iterator[Hit]:
        return (self[place] for place in range(len(self)))

    @property
    def ids(self) -> list[str]:
        """The ids of all needs found, best first."""
        return [self._ids[row] for row in self._rows.tolist()]

    @property
    def rels(self) -> list[int]:
        """The ``rel`` of all, best first."""
        return [int(score) for score in self._scores.tolist()]


class Sets(NamedTuple):
    """What a need's filters stand for, where they stand for anything."""

    lacking: frozenset[str]
    classes: frozenset[str]


class Frozen(NamedTuple):
    """An index at one moment, ready to be written down."""

    state: TableState
    versions: Versions
    sets: dict[str, Sets]


class NeedIndex:
    """Standing needs. ``match`` finds those that a solution answers."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.inverted_index = InvertedIndex(RECORD)
        self.versions = Versions()
        self._sets: dict[str, Sets] = {}
        self._editing = Lock()

    def __len__(self) -> int:
        return len(self.inverted_index)

    @property
    def version(self) -> tuple[int, str]:
        """How many stand, in which revisions, in one value; see ``Versions.version``."""
        return self.versions.version

    @property
    def due(self) -> bool:
        """Whether ``tidy`` would pay now; call it from a thread."""
        return self.inverted_index.due

    def put(self, need: Need, city: CityProfile | None = None, *, revision: int = 1) -> bool:
        """Add or change a need; older revisions than the one known are ignored (``False``).

        A need that is decided or withdrawn is taken away.
        """
        return self.place(need.id, self.vocabulary.need(of_need(need)), standing(need, city), revision)

    def place(self, need_id: str, vector: TermVector, terms: NeedConstraints, revision: int = 1) -> bool:
        """The same with the words already read."""
        if not terms.open:
            return self.remove(need_id, revision=revision)
        with self._editing:
            if self.versions.outdated(need_id, revision):
                return False
            self._keep(need_id, terms)
            self.inverted_index.put(need_id, vector, record(terms))
            self.versions.note(need_id, revision)
        return True

    def remove(self, need_id: str, *, revision: int | None = None) -> bool:
        """Take a need away; whatever arrives later with an older revision does not bring it back."""
        with self._editing:
            if not self.versions.leave(need_id, revision):
                return False
            self._sets.pop(need_id, None)
            self.inverted_index.remove(need_id)
        return True

    def match(self, solution: Solution, limits: HardLimits = NO_LIMITS, least: int = ALERT) -> Hits:
        """Every need the solution answers with ``rel`` of at least ``least``, best first."""
        return self.search(self.vocabulary.solution(of_solution(solution)), limits, least)

    def search(self, query: TermVector, limits: HardLimits = NO_LIMITS, least: int = ALERT) -> Hits:
        """The same with the words already read."""
        return Hits(self._within(self.inverted_index.search(query, least), limits))

    def frozen(self) -> Frozen:
        """All of it at this moment; edits wait for the copy of three dictionaries."""
        with self._editing:
            return Frozen(self.inverted_index.state, self.versions.copy(), dict(self._sets))

    def thaw(self, frozen: Frozen) -> None:
        """Become what was frozen; only for an index that is still empty."""
        self.inverted_index.restore(frozen.state)
        self.versions, self._sets = frozen.versions, frozen.sets

    def tidy(self) -> None:
        """Drop dead rows where they are many, else merge; searches and edits go on meanwhile."""
        self.inverted_index.tidy()

    def merge(self) -> None:
        """Fold recent edits into the segments; searches go on meanwhile."""
        self.inverted_index.merge()

    def _keep(self, need_id: str, terms: NeedConstraints) -> None:
        """Sets are kept where there are any: the 64-bit filters only say *perhaps*."""
        self._sets.pop(need_id, None)
        if terms.lacking or terms.classes:
            self._sets[need_id] = Sets(terms.lacking, terms.classes)

    def _within(self, rows_found: FoundRows, limits: HardLimits) -> FoundRows:
        fine = allowed(rows_found.state.records, rows_found.rows, limits)
        if limits.units or limits.classes:
            names = [rows_found.state.ids[row] for row in rows_found.rows.tolist()]
            fine &= np.array([self._surely(name, limits) for name in names], dtype=np.bool_)
        return FoundRows(rows_found.state, rows_found.rows[fine], rows_found.scores[fine])

    def _surely(self, need_id: str, limits: HardLimits) -> bool:
        sets = self._sets.get(need_id)
        return sets is None or (not sets.lacking & limits.units and shared(sets.classes, limits.classes))
