"""Bags laid end to end."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.inverted_index.term_vector import TermVector


class SparseRows(NamedTuple):
    """Bags one after the other: row ``r`` is ``features[pointers[r]:pointers[r + 1]]``."""

    pointers: NDArray[np.int64]
    features: NDArray[np.int32]
    impacts: NDArray[np.uint8]

    @property
    def height(self) -> int:
        """How many rows."""
        return int(self.pointers.size) - 1

    def part(self, first: int, last: int) -> "SparseRows":
        """The rows from ``first`` up to, not including, ``last``."""
        begin, end = int(self.pointers[first]), int(self.pointers[last])
        return SparseRows(
            self.pointers[first : last + 1] - begin, self.features[begin:end], self.impacts[begin:end]
        )

    def only(self, kept: NDArray[np.bool_]) -> "SparseRows":
        """Only some rows, in their order."""
        lengths = np.diff(self.pointers)
        of_kept = np.repeat(kept, lengths)
        pointers = np.concatenate(([0], np.cumsum(lengths[kept])))
        return SparseRows(pointers.astype(np.int64), self.features[of_kept], self.impacts[of_kept])


def rows_of(bags: Iterable[TermVector]) -> SparseRows:
    """Bags as a table."""
    kept = list(bags)
    pointers = np.zeros(len(kept) + 1, dtype=np.int64)
    np.cumsum([len(bag) for bag in kept], out=pointers[1:])
    none = TermVector(np.empty(0, np.int32), np.empty(0, np.uint8))
    return SparseRows(
        pointers,
        np.concatenate([bag.features for bag in (*kept, none)]),
        np.concatenate([bag.weights for bag in (*kept, none)]),
    )


def joined(tables: Iterable[SparseRows]) -> SparseRows:
    """Many tables as one, copied once."""
    kept = list(tables)
    ends = np.cumsum([0, *(int(rows.pointers[-1]) for rows in kept)])
    pointers = [rows.pointers[1:] + end for rows, end in zip(kept, ends, strict=False)]
    return SparseRows(
        np.concatenate([np.zeros(1, dtype=np.int64), *pointers]),
        np.concatenate([rows.features for rows in kept]),
        np.concatenate([rows.impacts for rows in kept]),
    )
