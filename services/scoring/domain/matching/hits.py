"""What was found: all of it, best first, each turned into an object only when it is looked at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from services.scoring.domain.inverted_index.fit import fit
from services.scoring.domain.inverted_index.index import FoundRows
from services.scoring.domain.inverted_index.ranking import best_first


@dataclass(frozen=True, slots=True)
class Hit:
    """One need that a solution answers."""

    need_id: str
    rel: int
    fit: float


class Hits(Sequence[Hit]):
    """Hits in falling order of ``rel``; equal ones in an order that is the same on every replica."""

    def __init__(self, found: FoundRows) -> None:
        order = best_first(found.rows, found.scores, found.state.keys)
        self._ids, self._rows, self._scores = found.state.ids, found.rows[order], found.scores[order]

    def __len__(self) -> int:
        return int(self._rows.size)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> list[Hit]: ...
    def __getitem__(self, place: int | slice) -> Hit | list[Hit]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
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
