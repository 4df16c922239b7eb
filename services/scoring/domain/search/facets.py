"""The facets of the catalogue: how many solutions have each value, and which ones have all that is asked for.

A facet's own filter does not count for its counts: they say what choosing another value would find. A topic
counts for every code above it too; the counts are of the codes just under the one that is chosen.
"""

from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.diffusion import EURO, Rates
from services.scoring.domain.inverted_index.row_table import tie_key
from services.scoring.domain.search.suppliers import Supplier, SupplierColumns, SupplierShare
from shared.facts import CityProfile, Implementation, Money, Solution, Topic

Facet: TypeAlias = Literal["topic", "outcome", "country", "size", "cost", "evidence", "language", "year"]
Order: TypeAlias = Literal["relevance", "learning", "newest"]
FACETS: Final[tuple[Facet, ...]] = (
    "topic", "outcome", "country", "size", "cost", "evidence", "language", "year"
)  # fmt: skip
SIZES: Final = ((50_000, "under_50k"), (250_000, "50k_250k"), (1_000_000, "250k_1m"))
LARGEST_SIZE: Final = "over_1m"
"""Inhabitants of the solution's own city, each band up to but not including its bound."""
COSTS: Final = ((50_000, "under_50k"), (250_000, "50k_250k"), (1_000_000, "250k_1m"), (10_000_000, "1m_10m"))
HIGHEST_COST: Final = "over_10m"
"""Euros, each band up to but not including its bound."""
CPV: Final = "CPV"
DIVISION: Final = 2
FIRST_ROOM: Final = 1024
Rows: TypeAlias = NDArray[np.int32]


class ListedSolution(NamedTuple):
    """What the catalogue finds a solution by; a facet without a value has none that is known."""

    values: Mapping[Facet, frozenset[str]]
    learning: float
    newest: float
    """When it or an attempt at it was recorded last, in seconds since 1970."""
    supplier: Supplier | None = None


class FacetSearch(NamedTuple):
    """What is asked for: ``among`` are the solutions that a text found, with their relevance; None for all.

    ``first`` come before all others, the highest first.
    """

    wanted: Mapping[Facet, str] = {}
    order: Order = "learning"
    among: Mapping[str, float] | None = None
    first: Mapping[str, float] = {}
    skip: int = 0
    most: int = 100


class FacetAnswer(NamedTuple):
    """A page of the solutions that were found, how many there are, and the counts of each facet's values."""

    solutions: Sequence[str]
    total: int
    counts: Mapping[Facet, Mapping[str, int]]
    suppliers: SupplierShare


class FacetTable:
    """All solutions that anybody may see, by facet. Threads may read and write it at the same time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._listed: dict[str, ListedSolution] = {}
        self._rows: dict[str, int] = {}
        self._ids: list[str] = []
        self._free: list[int] = []
        self._having: dict[Facet, dict[str, set[int]]] = {facet: {} for facet in FACETS}
        self._arrays: dict[tuple[Facet, str], Rows] = {}
        self._under: dict[str | None, set[str]] = {}
        self._same: dict[frozenset[str], frozenset[str]] = {}
        self._alive = np.zeros(FIRST_ROOM, dtype=np.bool_)
        self._learning = np.zeros(FIRST_ROOM, dtype=np.float64)
        self._newest = np.zeros(FIRST_ROOM, dtype=np.float64)
        self._ties = np.zeros(FIRST_ROOM, dtype=np.uint64)
        self._suppliers = SupplierColumns()

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, solution: str) -> ListedSolution | None:
        """Return what is listed of ``solution``."""
        return self._listed.get(solution)

    def put(self, solution: str, listed: ListedSolution) -> None:
        """Add or change a solution."""
        with self._lock:
            row = self._rows.get(solution)
            if row is None:
                row = self._new_row(solution)
            # Most solutions have the same few sets of values: each is held once.
            same = {facet: self._same.setdefault(some, some) for facet, some in listed.values.items()}
            listed = listed._replace(values=same)
            before = self._listed.get(solution)
            self._set(row, before.values if before else {}, listed.values)
            self._listed[solution] = listed
            self._alive[row], self._ties[row] = True, tie_key(solution)
            self._learning[row], self._newest[row] = listed.learning, listed.newest
            self._suppliers.put(row, listed.supplier)

    def remove(self, solution: str) -> None:
        """Take a solution away."""
        with self._lock:
            row = self._rows.pop(solution, None)
            if row is not None:
                self._set(row, self._listed.pop(solution).values, {})
                self._alive[row] = False
                self._free.append(row)

    def find(self, search: FacetSearch) -> FacetAnswer:
        """Return what has all that is asked for, and the counts."""
        with self._lock:
            base = self._alive if search.among is None else self._mask(self._known(search.among))
            masks = {facet: self._with(facet, value) for facet, value in search.wanted.items()}
            matching = _all_of(base, masks.values())
            counts = {
                facet: self._counts(
                    facet,
                    _all_of(base, (mask for other, mask in masks.items() if other != facet))
                    if facet in masks
                    else matching,
                    search.wanted.get(facet),
                )
                for facet in FACETS
            }
            rows = np.flatnonzero(matching)
            ordered = rows[np.lexsort((self._ties[rows], *reversed(self._keys(rows, search))))]
            page = ordered[search.skip : search.skip + search.most].tolist()
            return FacetAnswer(
                [self._ids[row] for row in page], len(rows), counts, self._suppliers.share(rows)
            )

    def _keys(self, rows: NDArray[np.intp], search: FacetSearch) -> list[NDArray[np.float64]]:
        """What the order goes by, the weightiest first; smaller is earlier."""
        keys = [self._scattered(search.first)[rows]] if search.first else []
        if search.order == "relevance" and search.among is not None:
            keys.append(self._scattered(search.among)[rows])
        if search.order == "newest":
            keys.append(-self._newest[rows])
        return [*keys, -self._learning[rows]]

    def _scattered(self, values: Mapping[str, float]) -> NDArray[np.float64]:
        column = np.zeros(len(self._alive), dtype=np.float64)
        for solution, value in values.items():
            if solution in self._rows:
                column[self._rows[solution]] = -value
        return column

    def _counts(self, facet: Facet, mask: NDArray[np.bool_], chosen: str | None) -> dict[str, int]:
        shown = self._topics(chosen) if facet == "topic" else self._having[facet]
        found = {value: int(np.count_nonzero(mask[self._array(facet, value)])) for value in shown}
        return {value: number for value, number in found.items() if number}

    def _topics(self, chosen: str | None) -> list[str]:
        """The topics that are counted where ``chosen`` is the filter."""
        own = [chosen] if chosen is not None else []
        return [*own, *self._under.get(chosen, ())]

    def _with(self, facet: Facet, value: str) -> NDArray[np.bool_]:
        return self._mask(self._array(facet, value))

    def _mask(self, rows: Rows) -> NDArray[np.bool_]:
        mask = np.zeros(len(self._alive), dtype=np.bool_)
        mask[rows] = True
        return mask

    def _known(self, solutions: Iterable[str]) -> Rows:
        return np.array([self._rows[one] for one in solutions if one in self._rows], dtype=np.int32)

    def _array(self, facet: Facet, value: str) -> Rows:
        key = (facet, value)
        if key not in self._arrays:
            rows = self._having[facet].get(value, set())
            if not rows:
                return np.empty(0, dtype=np.int32)
            self._arrays[key] = np.fromiter(rows, np.int32, len(rows))
        return self._arrays[key]

    def _set(
        self, row: int, before: Mapping[Facet, frozenset[str]], after: Mapping[Facet, frozenset[str]]
    ) -> None:
        nothing: frozenset[str] = frozenset()
        for facet in FACETS:
            old, new = before.get(facet, nothing), after.get(facet, nothing)
            for value in old ^ new:
                rows = self._having[facet].setdefault(value, set())
                if facet == "topic":
                    self._under.setdefault(above(value), set()).add(value)
                if value in new:
                    rows.add(row)
                else:
                    rows.discard(row)
                if not rows:
                    del self._having[facet][value]
                    if facet == "topic":
                        self._under[above(value)].discard(value)
                self._arrays.pop((facet, value), None)

    def _new_row(self, solution: str) -> int:
        row = self._free.pop() if self._free else len(self._ids)
        if row == len(self._ids):
            self._ids.append(solution)
            if row == len(self._alive):
                self._grow()
        self._ids[row], self._rows[solution] = solution, row
        return row

    def _grow(self) -> None:
        for name in ("_alive", "_learning", "_newest", "_ties"):
            column = getattr(self, name)
            setattr(self, name, np.concatenate([column, np.zeros_like(column)]))


def _all_of(base: NDArray[np.bool_], masks: Iterable[NDArray[np.bool_]]) -> NDArray[np.bool_]:
    for mask in masks:
        base = base & mask
    return base


def above(topic: str) -> str | None:
    """Return the code under which a topic is counted; None for divisions of the CPV and other schemes."""
    scheme, _, code = topic.partition(":")
    return None if scheme != CPV or len(code) <= DIVISION else topic[:-1]


def topic_values(topics: Iterable[Topic]) -> frozenset[str]:
    """Each topic and all that is above it: ``CPV:63712000`` is under CPV:63712, 6371, 637 and 63."""
    found: set[str] = set()
    for topic in topics:
        if topic.scheme != CPV:
            found.add(f"{topic.scheme}:{topic.id}")
            continue
        digits = topic.id.partition("-")[0].rstrip("0").ljust(DIVISION, "0")
        found.update(f"{CPV}:{digits[:length]}" for length in range(DIVISION, len(digits) + 1))
    return frozenset(found)


def listed_solution(
    solution: Solution,
    attempts: Sequence[Implementation],
    home: CityProfile | None,
    evidence: int,
    rates: Rates,
) -> dict[Facet, frozenset[str]]:
    """The values of a solution's facets, from what anybody may see."""
    year = year_of(attempts)
    values: dict[Facet, Iterable[str | None]] = {
        "topic": topic_values(solution.topics),
        "outcome": (attempt.outcome.value for attempt in attempts),
        "country": (home.country if home else None,),
        "size": (_band(home.population, SIZES, LARGEST_SIZE) if home and home.population else None,),
        "cost": (cost_band(solution.cost, year, rates),),
        "evidence": (str(evidence),),
        "language": (solution.language,),
        "year": (str(year) if year else None,),
    }
    return {facet: frozenset(value for value in some if value) for facet, some in values.items()}


def year_of(attempts: Iterable[Implementation]) -> int | None:
    """The newest year in which an attempt ended or, while none is known to have, began."""
    days = [attempt.ended or attempt.started for attempt in attempts]
    return max((day.year for day in days if day), default=None)


def cost_band(cost: Money | None, year: int | None, rates: Rates) -> str | None:
    """The band of a cost, in euros at the mean rate of its year, or of the newest year that has one."""
    if cost is None:
        return None
    amount = float(cost.amount)
    if cost.currency != EURO:
        known = {in_year: rate for (currency, in_year), rate in rates.items() if currency == cost.currency}
        if not known:
            return None
        amount /= known.get(year or 0, known[max(known)])
    return _band(amount, COSTS, HIGHEST_COST)


def _band(value: float, bands: Iterable[tuple[int, str]], above: str) -> str:
    return next((name for bound, name in bands if value < bound), above)
