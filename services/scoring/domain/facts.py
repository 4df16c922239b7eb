"""What the scoring service knows: the newest revision of each fact, and what a score may see of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from shared.events import AreaPrior, State
from shared.facts import CityProfile, Fact, Implementation, Need, Solution
from shared.visibility import UNTIL_TRANSITION, Status, is_public

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class KnownFact(Generic[F]):
    """One fact in its newest revision, and when that was recorded.

    ``embargoed`` says that an embargo hid it then. Its end is recorded anew, so no clock is asked.
    """

    fact: F
    revision: int
    state: State
    recorded: datetime
    embargoed: bool = False

    @property
    def status(self) -> Status:
        """What decides who may see it."""
        city = self.fact.id if isinstance(self.fact, CityProfile) else str(getattr(self.fact, "city", ""))
        return Status(self.state, city, UNTIL_TRANSITION if self.embargoed else None)

    @property
    def counts(self) -> bool:
        """Whether scores, matches and letters to anybody may see it, for itself: it is published."""
        return is_public(self.status, self.recorded.date())


def of_use(need: KnownFact[Need]) -> bool:
    """Whether its own city is told what meets ``need``: published, or a public notice it has yet to confirm.

    A city may be told of all its drafts; what others propose to it is no reason for a letter.
    """
    notice = need.state == "draft" and need.fact.ocid is not None and not need.embargoed
    return need.counts or notice


@dataclass(frozen=True, slots=True)
class Dossier:
    """All facts about one solution: it, the attempts at it, the cities that made them, its area's prior."""

    solution: KnownFact[Solution]
    implementations: tuple[KnownFact[Implementation], ...] = ()
    cities: Mapping[str, KnownFact[CityProfile]] = field(default_factory=dict)
    prior: AreaPrior | None = None

    @property
    def reported(self) -> tuple[KnownFact[Implementation], ...]:
        """The attempts that cities reported, by city; drafts from procurement records are left out."""
        spoken = (
            attempt for attempt in self.implementations if attempt.state != "draft" and not attempt.embargoed
        )
        return tuple(sorted(spoken, key=lambda attempt: attempt.fact.city))

    @property
    def seen_by(self) -> frozenset[str]:
        """The cities whose descriptions its score uses: its own, and those that reported an attempt."""
        return frozenset({self.solution.fact.city, *(attempt.fact.city for attempt in self.reported)})

    @property
    def as_of(self) -> datetime:
        """When the newest of the facts was recorded: the "now" of a score, so that no clock is read."""
        attempts = [fact.recorded for fact in self.reported]
        cities = [fact.recorded for fact in self.cities.values()]
        return max([self.solution.recorded, *attempts, *cities])

    @property
    def attempts(self) -> tuple[Implementation, ...]:
        """The attempts that count, in the order of their cities."""
        return tuple(attempt.fact for attempt in self.reported if attempt.counts)

    @property
    def peers(self) -> dict[str, CityProfile]:
        """The cities where it was tried, by id, as far as they describe themselves."""
        return {city: profile.fact for city, profile in sorted(self.cities.items()) if profile.counts}

    @property
    def revisions(self) -> dict[str, int]:
        """Which revision of which fact this is: the same revisions, the same score."""
        return {
            "solution": self.solution.revision,
            **{f"tried|{known.fact.city}": known.revision for known in self.reported},
            **{f"city|{city}": known.revision for city, known in sorted(self.cities.items())},
            **prior_revision(self.prior),
        }

    def name_of(self, city: str) -> str:
        """The city's own name, or its id where it has not described itself."""
        profile = self.cities.get(city)
        return profile.fact.name if profile is not None and profile.counts else city


def prior_revision(prior: AreaPrior | None) -> dict[str, int]:
    """A prior of an area as a fact among others: its revision is the number of the day it was frozen on."""
    return {} if prior is None else {f"prior|{prior.area}": prior.day.toordinal()}


def as_new(mine: Mapping[str, int], theirs: Mapping[str, int]) -> bool:
    """Whether ``theirs`` holds every fact of ``mine`` in that revision or a newer one."""
    return all(theirs.get(fact, 0) >= revision for fact, revision in mine.items())
