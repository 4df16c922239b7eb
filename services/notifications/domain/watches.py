"""The fast follower's watch: tell me when three have ended, or when it fails somewhere – once each."""

from typing import Literal

from services.notifications.domain.here import FAILED
from shared.events import Brief
from shared.facts import Fact, Id, Outcome

Condition = Literal["three_ended", "failed"]
ENDED = (Outcome.SUCCEEDED, Outcome.PARTIAL, *FAILED)
ENOUGH = 3


class Watch(Fact):
    """An official waits for something to become known about a solution."""

    official: Id
    solution: Id
    condition: Condition

    @property
    def state(self) -> str:
        """What makes its letter the only one: a condition is met once."""
        return f"watch|{self.condition}"


def met(watch: Watch, brief: Brief) -> bool:
    """Whether what the official waits for is so now; the letter's id keeps it from being said twice."""
    outcomes = [one.outcome for one in brief.implementations]
    if brief.solution.id != watch.solution:
        return False
    if watch.condition == "failed":
        return any(one in FAILED for one in outcomes)
    return sum(one in ENDED for one in outcomes) >= ENOUGH
