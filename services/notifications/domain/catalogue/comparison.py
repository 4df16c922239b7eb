"""Which solutions are beside each other in an address, and the criteria that are the same for all of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias
from urllib.parse import unquote, urlencode

COMPARE: Final = "/compare"
MOST_COMPARED: Final = 4
LONGEST_ID: Final = 500
ScoreName: TypeAlias = Literal["evaluation", "risk", "transferability"]


class CriterionCell(NamedTuple):
    """One criterion of one solution.

    ``claim``: nobody but who offers it says so. ``of`` are the most points that the criterion can have.
    """

    points: float
    known: bool
    claim: bool
    of: float | None = None


class CriterionRow(NamedTuple):
    """One criterion, with a cell for each solution in their order; None where it does not apply."""

    key: str
    cells: tuple[CriterionCell | None, ...]


class CriterionGroup(NamedTuple):
    """The criteria of one of the scores, which are never added to another."""

    score: ScoreName
    rows: tuple[CriterionRow, ...]


def read_ids(values: Iterable[str]) -> tuple[str, ...]:
    """Return the ids in the fields ``ids`` of an address, each once, in their order.

    A field has one id or several, with commas between them; a comma within an id is ``%2C``.
    """
    ids = (unquote(part.strip()) for value in values for part in value.split(","))
    return tuple(dict.fromkeys(one for one in ids if one and len(one) <= LONGEST_ID))[:MOST_COMPARED]


def written_id(solution: str) -> str:
    """Return an id as a field ``ids`` has it."""
    return solution.replace("%", "%25").replace(",", "%2C")


def written_ids(ids: Iterable[str]) -> str:
    """Return ids as one field."""
    return ",".join(map(written_id, ids))


def compare_address(ids: Iterable[str], lang: str = "") -> str:
    """Return the address of the page that has these beside each other."""
    fields = [("ids", written_ids(ids)), ("lang", lang)]
    query = urlencode([(name, value) for name, value in fields if value], safe=",")
    return f"{COMPARE}?{query}" if query else COMPARE


def criterion_groups(
    rows: Iterable[tuple[ScoreName, str, Mapping[str, CriterionCell]]], order: Sequence[str]
) -> tuple[CriterionGroup, ...]:
    """Return the rows by score, with the cells of the solutions in ``order``.

    A criterion that applies to none of them has no row.
    """
    groups: dict[ScoreName, list[CriterionRow]] = {}
    for score, key, cells in rows:
        row = CriterionRow(key, tuple(cells.get(solution) for solution in order))
        if any(row.cells):
            groups.setdefault(score, []).append(row)
    return tuple(CriterionGroup(score, tuple(some)) for score, some in groups.items())
