"""The failure circle: cities that stopped for the same reason meet, once they are three (features F1).

A circle is for one cause code. It names cities and what their failure records say, never a person: contact
data follow for those who agreed to talk.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from services.scoring.domain.facts import KnownFact
from services.scoring.domain.learning import fields_present
from services.scoring.domain.track_record import FAILED
from shared.facts import Cause, FailureRecord, Implementation, Solution, Topic

OPENS_AT: Final = 3


class Failure(NamedTuple):
    """An attempt, beside the solution that was tried."""

    attempt: KnownFact[Implementation]
    solution: KnownFact[Solution]

    @property
    def city(self) -> str:
        """The city that tried."""
        return self.attempt.fact.city

    @property
    def record(self) -> FailureRecord:
        """What the city said of it."""
        return self.attempt.fact.failure or FailureRecord()

    @property
    def cause(self) -> Cause | None:
        """Why it was stopped; None where it was not, nobody said why, or it may not be seen."""
        seen = self.attempt.counts and self.solution.counts
        return self.record.cause if seen and self.attempt.fact.outcome in FAILED else None

    @property
    def themes(self) -> frozenset[str]:
        """What the solution is about, broadly."""
        return frozenset(theme(topic) for topic in self.solution.fact.topics)

    @property
    def telling(self) -> tuple[int, str, str]:
        """Its place among others: the fullest record first."""
        return -fields_present(self.record), self.city, self.solution.fact.id

    @property
    def recorded(self) -> datetime:
        """When the newest word of it was said."""
        return max(self.attempt.recorded, self.solution.recorded)


@dataclass(frozen=True, slots=True)
class Circle:
    """The members of a circle by city, in order, each with the failure it says most about."""

    cause: Cause
    members: Mapping[str, Failure]

    @property
    def open(self) -> bool:
        """Whether there are enough cities to meet: of two, each would know who the other is."""
        return len(self.members) >= OPENS_AT


def circle(cause: Cause, failures: Iterable[Failure]) -> Circle:
    """The circle of one cause; the same failures give the same circle in any order."""
    by_city: defaultdict[str, list[Failure]] = defaultdict(list)
    for failure in failures:
        if failure.cause == cause:
            by_city[failure.city].append(failure)
    return Circle(
        cause, {city: min(by_city[city], key=lambda failure: failure.telling) for city in sorted(by_city)}
    )


def theme(topic: Topic) -> str:
    """What a topic is about, broadly: the division of a CPV code (its first two digits), else the code."""
    return f"{topic.scheme}:{topic.id[:2] if topic.scheme == 'CPV' else topic.id}"
