"""The comparison sheet: several solutions, the same criteria, claims marked as claims."""

from collections.abc import Mapping
from typing import NamedTuple

from shared.events import Assessment, Contribution
from shared.facts import Solution


class Cell(NamedTuple):
    """One criterion of one solution; ``claim`` is vouched for by nobody but who offers it."""

    known: bool
    points: float
    value: float | None
    claim: bool
    reason: str


class Row(NamedTuple):
    """One criterion of all solutions, by solution id."""

    score: str
    key: str
    cells: Mapping[str, Cell]


def comparison(assessed: Mapping[str, tuple[Solution, Assessment]]) -> tuple[Row, ...]:
    """The sheet, rows in the framework's order, the same for every solution (features B1)."""
    rows: list[Row] = []
    for score in ("evaluation", "risk", "transferability"):
        by_solution = {
            name: {contribution.key: contribution for contribution in _group(score, assessment)}
            for name, (_, assessment) in sorted(assessed.items())
        }
        keys = dict.fromkeys(key for cells in by_solution.values() for key in cells)
        rows += [Row(score, key, _cells(key, by_solution, assessed)) for key in keys]
    return tuple(rows)


def _group(score: str, assessment: Assessment) -> tuple[Contribution, ...]:
    groups = {"evaluation": assessment.evaluation_contributions, "risk": assessment.risk_contributions}
    return groups.get(score, assessment.transfer_contributions)


def _cells(
    key: str,
    by_solution: Mapping[str, Mapping[str, Contribution]],
    assessed: Mapping[str, tuple[Solution, Assessment]],
) -> dict[str, Cell]:
    return {
        name: _cell(contributions[key], assessed[name][0])
        for name, contributions in by_solution.items()
        if key in contributions
    }


def _cell(given: Contribution, solution: Solution) -> Cell:
    """What no city has said of its own is a claim, whoever entered it."""
    told_by_city = solution.origin == "city"
    claim = given.known and (given.claim or not told_by_city)
    return Cell(given.known, given.points, given.value, claim, given.reason)
