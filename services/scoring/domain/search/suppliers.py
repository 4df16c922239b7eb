"""How many suppliers of some solutions are start-ups: each supplier counts once, whatever it supplied."""

from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.facts import Provider

NOT_KNOWN: Final = 0
STARTUP: Final = 1
OTHER: Final = 2
NOBODY: Final = -1
FIRST_ROOM: Final = 1024


class Supplier(NamedTuple):
    """A supplier by what it is known by, and what the record says of its kind."""

    key: str
    kind: Literal[0, 1, 2]


class SupplierShare(NamedTuple):
    """``startups`` of ``suppliers`` are start-ups; of ``not_known`` nobody said what they are.

    ``unnamed`` solutions have no supplier that is known.
    """

    startups: int = 0
    suppliers: int = 0
    not_known: int = 0
    unnamed: int = 0


def supplier_of(provider: Provider | None) -> Supplier | None:
    """Return the supplier of a solution, by its id in a register or else by its name."""
    if provider is None or not (provider.id or provider.name):
        return None
    key = f"{provider.scheme or ''}|{provider.id}" if provider.id else (provider.name or "").casefold()
    return Supplier(" ".join(key.split()), _kind(provider))


def _kind(provider: Provider) -> Literal[0, 1, 2]:
    if provider.kind is None:
        return NOT_KNOWN
    return STARTUP if provider.kind == "startup" else OTHER


class SupplierColumns:
    """The suppliers of the rows of a table."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._supplier = np.full(FIRST_ROOM, NOBODY, dtype=np.int32)
        self._kind = np.zeros(FIRST_ROOM, dtype=np.int8)

    def put(self, row: int, supplier: Supplier | None) -> None:
        """Set the supplier of a row."""
        while row >= len(self._supplier):
            self._supplier = np.concatenate([self._supplier, np.full_like(self._supplier, NOBODY)])
            self._kind = np.concatenate([self._kind, np.zeros_like(self._kind)])
        if supplier is None:
            self._supplier[row], self._kind[row] = NOBODY, NOT_KNOWN
        else:
            number = self._numbers.setdefault(supplier.key, len(self._numbers))
            self._supplier[row], self._kind[row] = number, supplier.kind

    def share(self, rows: NDArray[np.intp]) -> SupplierShare:
        """Return the share among ``rows``; where records differ, a supplier is what any says it is.

        One that any record calls a start-up is one.
        """
        suppliers, kinds = self._supplier[rows], self._kind[rows]
        named = suppliers != NOBODY
        suppliers, kinds = suppliers[named], kinds[named]
        total, startups, known = (
            self._distinct(some) for some in (suppliers, suppliers[kinds == STARTUP], suppliers[kinds > 0])
        )
        return SupplierShare(startups, total, total - known, int(np.count_nonzero(~named)))

    def _distinct(self, suppliers: NDArray[np.int32]) -> int:
        seen = np.zeros(len(self._numbers), dtype=np.bool_)
        seen[suppliers] = True
        return int(np.count_nonzero(seen))
