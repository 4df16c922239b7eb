"""How fast a solution spreads: who took it up from whom, when, and which letter led there (feature N19)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from shared.facts import Adoption, Implementation, Solution


class AdoptionBranch(NamedTuple):
    """One city of the tree; ``parent`` is the solution it came from, None at the root."""

    city: str
    solution: str
    parent: str | None
    kind: Literal["copied", "bought", "adapted", "built"] | None
    began: date | None
    letter: str | None


class AdoptionSpread(NamedTuple):
    """The tree of a solution, its adoptions by year of beginning, and the days until a second city began.

    ``undated`` adoptions have no beginning that anybody told; ``by_letter`` were led to by a letter.
    """

    tree: tuple[AdoptionBranch, ...]
    adoptions: int
    per_year: Mapping[int, int]
    undated: int
    days_to_second: int | None
    by_letter: int


def spread(
    solution: Solution, adoptions: Iterable[Adoption], attempts: Sequence[Implementation]
) -> AdoptionSpread:
    """The spread of ``solution`` over the cities that took it up, as it is or in a version of their own.

    ``attempts`` are those at the solution and at every version; a city counts once, its own not at all.
    """
    began = {(each.solution, each.city): each.started for each in attempts}
    elsewhere = {each.city: each for each in adoptions if each.city != solution.city}
    taken = [_branch(solution.id, each, began) for _, each in sorted(elsewhere.items())]
    root = AdoptionBranch(
        solution.city, solution.id, None, None, began.get((solution.id, solution.city)), None
    )
    per_year = Counter(branch.began.year for branch in taken if branch.began is not None)
    return AdoptionSpread(
        tree=(root, *sorted(taken, key=lambda branch: (branch.began or date.max, branch.city))),
        adoptions=len(taken),
        per_year=dict(sorted(per_year.items())),
        undated=sum(branch.began is None for branch in taken),
        days_to_second=_days(root, taken),
        by_letter=sum(branch.letter is not None for branch in taken),
    )


def _branch(
    solution: str, adoption: Adoption, began: Mapping[tuple[str, str], date | None]
) -> AdoptionBranch:
    begun = began.get((adoption.solution, adoption.city)) or began.get((solution, adoption.city))
    parent = adoption.parent or solution
    return AdoptionBranch(adoption.city, adoption.solution, parent, adoption.kind, begun, adoption.letter)


def _days(root: AdoptionBranch, taken: Iterable[AdoptionBranch]) -> int | None:
    """None while either beginning is unknown; a version may begin before the city that is asked here."""
    days = [branch.began for branch in taken if branch.began is not None]
    return (min(days) - root.began).days if root.began is not None and days else None
