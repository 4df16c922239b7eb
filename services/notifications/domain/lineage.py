"""Who has a solution from whom, and what of a change those cities should hear: features S1.

A city hears of what it took over, and of what it shared, by one letter for each thing that happened: a new
version by its source, a version of another city's, a failure elsewhere, a withdrawal.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from services.notifications.domain.letter_content import FAILED
from shared.events import AdoptionRecorded, OutcomeRecorded
from shared.facts import Adoption, Fact, Line, Solution
from shared.visibility import PUBLISHED

What = Literal["updated", "version", "failed", "withdrawn"]
Took = Literal["copied", "bought", "adapted", "built"]
PARTS = (
    "components",
    "units",
    "kpis",
    "studies",
    "cost",
    "months",
    "provider",
    "buying_route",
    "first_step",
    "maturity",
    "lockin",
    "legal",
)
"""What of a solution matters to whoever runs it; a better title or a new contact is no news."""
NAMED = frozenset({"components", "units", "kpis"})


class VersionDifference(Fact):
    """A part of a solution that changed; with names where its pieces have some."""

    part: Line
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


class SolutionFollower(NamedTuple):
    """A city that took a solution over, or (``took`` is None) that shares it."""

    city: str
    took: Took | None


def differences(before: Solution, after: Solution) -> tuple[VersionDifference, ...]:
    """What changed that matters, in the order of ``PARTS``."""
    return tuple(
        _difference(part, before, after) for part in PARTS if getattr(before, part) != getattr(after, part)
    )


def followers(
    solution: Solution, adoptions: Iterable[Adoption], but: str | None = None
) -> list[SolutionFollower]:
    """The cities that have ``solution``, its own first, then by name; ``but`` knows already."""
    took = {one.city: one.kind for one in adoptions if one.city != solution.city}
    everybody = [
        SolutionFollower(solution.city, None),
        *(SolutionFollower(*one) for one in sorted(took.items())),
    ]
    return [one for one in everybody if one.city != but]


def source_of(adoption: Adoption) -> str | None:
    """The solution an adoption was taken from; None where it was built from nothing."""
    return adoption.parent or (adoption.solution if adoption.kind != "built" else None)


def improved(event: AdoptionRecorded) -> bool:
    """Whether others who have the same should hear of it: not of every city that copies."""
    return event.state in PUBLISHED and bool(event.adoption.changed or event.adoption.dropped)


def failed(event: OutcomeRecorded) -> bool:
    """Whether an attempt went wrong, as its city says."""
    return event.state in PUBLISHED and event.implementation.outcome in FAILED


def share_kept(adoption: Adoption) -> float | None:
    """The share of components kept as they were, 0–100, rounded down; None where none is named."""
    named: Sequence[str] = (*adoption.kept, *adoption.changed, *adoption.dropped)
    return float(int(100 * len(adoption.kept) / len(named) + 1e-9)) if named else None


def _difference(part: str, before: Solution, after: Solution) -> VersionDifference:
    if part not in NAMED:
        return VersionDifference(part=part)
    old, new = ([str(one.name) for one in getattr(version, part)] for version in (before, after))
    return VersionDifference(
        part=part,
        new=tuple(name for name in new if name not in old),
        gone=tuple(name for name in old if name not in new),
    )
