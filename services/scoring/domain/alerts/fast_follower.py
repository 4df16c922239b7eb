"""The fast follower: whether others have learned enough for a city to follow, and its watches (features C2).

``window`` says whether enough has ended, something failed and was documented, and time has passed;
``why_it_worked`` counts outcomes by what adopters did with each component; ``fired`` says which watches
("tell me when …", N20) are to be answered now, each exactly once.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Literal, NamedTuple

from services.scoring.domain.case import MONTH
from services.scoring.domain.facts import Dossier
from services.scoring.domain.framework import Framework
from services.scoring.domain.learning import fields_present
from services.scoring.domain.track_record import ENDED, FAILED
from shared.facts import Adoption, Component, Implementation, Outcome

Fate = Literal["kept", "changed", "dropped"]
ENDED_FOR_WATCH: Final = 3


class FollowerWindow(NamedTuple):
    """Whether one can follow fast now, and how far each of the three conditions is."""

    open: bool
    ended: int
    documented_failures: int
    months_since_first: float | None


class ComponentOutcomes(NamedTuple):
    """What became of it where a component was kept, changed or dropped: how often each outcome."""

    component: str
    core: bool
    outcomes: dict[Fate, dict[Outcome, int]]


def window(implementations: Iterable[Implementation], framework: Framework, today: date) -> FollowerWindow:
    """≥ 3 ended, ≥ 1 documented failure, the first outcome ≥ 12 months old (features C2)."""
    ended = [attempt for attempt in implementations if attempt.outcome in ENDED]
    documented = sum(is_documented_failure(attempt) for attempt in ended)
    days = [(today - attempt.ended).days for attempt in ended if attempt.ended is not None]
    months = max(days) / MONTH if days else None
    settings = framework.follower
    is_open = (
        len(ended) >= settings.ended
        and documented >= settings.failures
        and months is not None
        and months >= settings.first_outcome_months
    )
    return FollowerWindow(is_open, len(ended), documented, months)


def is_documented_failure(implementation: Implementation) -> bool:
    """Whether it went less than well and its failure record says something."""
    short = implementation.outcome in ENDED and implementation.outcome != Outcome.SUCCEEDED
    return short and implementation.failure is not None and fields_present(implementation.failure) > 0


def why_it_worked(
    components: Iterable[Component],
    adoptions: Iterable[Adoption],
    implementations: Iterable[Implementation],
) -> tuple[ComponentOutcomes, ...]:
    """Components × outcomes: what followed where each was kept, changed or dropped (features C2)."""
    ended = {attempt.city: attempt.outcome for attempt in implementations if attempt.outcome in ENDED}
    known_adoptions = [adoption for adoption in adoptions if adoption.city in ended]
    return tuple(
        ComponentOutcomes(part.name, part.core, _outcomes(part.name, known_adoptions, ended))
        for part in components
    )


def _outcomes(
    name: str, adoptions: Iterable[Adoption], ended: dict[str, Outcome]
) -> dict[Fate, dict[Outcome, int]]:
    counts: dict[Fate, dict[Outcome, int]] = {"kept": {}, "changed": {}, "dropped": {}}
    for adoption in adoptions:
        fates: dict[Fate, tuple[str, ...]] = {
            "kept": adoption.kept,
            "changed": adoption.changed,
            "dropped": adoption.dropped,
        }
        for fate, names in fates.items():
            if name in names:
                outcome = ended[adoption.city]
                counts[fate][outcome] = counts[fate].get(outcome, 0) + 1
    return counts


class Condition(StrEnum):
    """What a city may wait for."""

    THREE_ENDED = "three_ended"
    FAILED_SOMEWHERE = "failed_somewhere"


@dataclass(frozen=True, slots=True)
class Watch:
    """One city waits for one thing to be true of one solution."""

    city: str
    solution: str
    condition: Condition

    @property
    def identity(self) -> str:
        """By this name a watch is remembered as answered."""
        return f"{self.city}|{self.solution}|{self.condition}"


def met(condition: Condition, dossier: Dossier) -> bool:
    """Whether the condition holds now; only confirmed attempts outside an embargo count."""
    if condition is Condition.THREE_ENDED:
        return sum(attempt.outcome in ENDED for attempt in dossier.attempts) >= ENDED_FOR_WATCH
    return any(attempt.outcome in FAILED for attempt in dossier.attempts)


def fired(watches: Iterable[Watch], dossier: Dossier, told: Collection[str] = ()) -> list[Watch]:
    """The watches to be answered now, in order; ``told`` are the identities of those answered before.

    A solution that is withdrawn, embargoed or unconfirmed answers none, but forgets none either.
    """
    solution = dossier.solution
    if not solution.counts:
        return []
    due = {
        watch.identity: watch
        for watch in watches
        if watch.solution == solution.fact.id and watch.identity not in told and met(watch.condition, dossier)
    }
    return [due[identity] for identity in sorted(due)]
