"""The fast follower's watch: "tell me when …", answered exactly once per condition (features C2, N20)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.scoring.domain.facts import Dossier
from services.scoring.domain.track_record import ENDED, FAILED

ENOUGH: Final = 3


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
        return sum(attempt.outcome in ENDED for attempt in dossier.attempts) >= ENOUGH
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
