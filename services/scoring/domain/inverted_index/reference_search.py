"""The search by a sparse matrix and column slices: slow, plain, and what the kernels are tested against."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from services.scoring.domain.inverted_index.relevance import FEATURES, TermVector, weighted
from services.scoring.domain.inverted_index.segments import SparseRows, rows_of


class ReferenceSearch:
    """Term vectors as the rows of one matrix, stored by columns."""

    def __init__(self, rows: SparseRows) -> None:
        shape = (rows.height, FEATURES)
        by_row = sparse.csr_array((rows.impacts.astype(np.int32), rows.features, rows.pointers), shape=shape)
        self._columns = sparse.csc_array(by_row)

    @classmethod
    def of(cls, vectors: Sequence[TermVector]) -> "ReferenceSearch":
        """The search over term vectors; their places are the row numbers."""
        return cls(rows_of(vectors))

    def relevances(self, query: TermVector) -> NDArray[np.int32]:
        """``rel`` of every row: only the columns that the query has are touched."""
        return np.asarray(self._columns[:, query.features] @ weighted(query), dtype=np.int32)

    def search(self, query: TermVector, least: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Rows that reach ``least``, in row order, with their ``rel``."""
        totals = self.relevances(query)
        rows = np.flatnonzero(totals >= max(1, least))
        return rows, totals[rows]
