"""What a city tried, by what became of it; and whom to ask."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from shared.facts import Contact, Implementation, Outcome, Solution

Group: TypeAlias = Literal["failed", "worked", "going_on"]
GROUPS: Final[Mapping[Outcome, Group]] = {
    Outcome.FAILED: "failed",
    Outcome.ABANDONED: "failed",
    Outcome.SUCCEEDED: "worked",
    Outcome.PARTIAL: "worked",
}
ORDER: Final[tuple[Group, ...]] = ("failed", "worked", "going_on")
"""Failures first: they are what others cannot read anywhere else."""


class TriedSolution(NamedTuple):
    """An attempt of the city, and the solution that it is one at."""

    attempt: Implementation
    solution: Solution


class Asked(NamedTuple):
    """A post that answers, and the language its name is in."""

    contact: Contact
    language: str


def groups(attempts: Iterable[TriedSolution]) -> list[tuple[Group, list[TriedSolution]]]:
    """Return the attempts by group, the newest first, without groups that have none."""
    found: dict[Group, list[TriedSolution]] = {}
    for one in attempts:
        found.setdefault(GROUPS.get(one.attempt.outcome, "going_on"), []).append(one)
    return [(group, sorted(found[group], key=_newest)) for group in ORDER if group in found]


def contacts(solutions: Iterable[Solution]) -> Sequence[Asked]:
    """Return the posts that the solutions name, each once."""
    named = (Asked(one.contact, one.language) for one in solutions if one.contact is not None)
    return tuple({(one.contact.post, one.contact.department): one for one in named}.values())


def _newest(one: TriedSolution) -> tuple[int, str]:
    day = one.attempt.ended or one.attempt.started
    return (-day.toordinal() if day else 0, one.solution.id)
