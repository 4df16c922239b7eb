"""What the scoring service knows: the newest revision of each fact, and what a score may see of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from services.scoring.domain.admission import CONFIRMED
from shared.events import State
from shared.facts import CityProfile, Fact, Implementation, Need, Solution

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Known(Generic[F]):
    """One fact in its newest revision; ``recorded`` is when its newest word was said."""

    fact: F
    revision: int
    state: State
    recorded: datetime
    embargoed: bool = False

    @property
    def counts(self) -> bool:
        """Whether scores, matches and letters may see it: confirmed by its city, and not under embargo."""
        return self.state in CONFIRMED and not self.embargoed


@dataclass(frozen=True, slots=True)
class Dossier:
    """All facts about one solution: it, the attempts at it, and the cities that made them."""

    solution: Known[Solution]
    implementations: tuple[Known[Implementation], ...] = ()
    cities: Mapping[str, Known[CityProfile]] = field(default_factory=dict)

    @property
    def as_of(self) -> datetime:
        """The newest word among the facts: "now", for a score that no clock may touch."""
        attempts = [known.recorded for known in self.implementations]
        cities = [known.recorded for known in self.cities.values()]
        return max([self.solution.recorded, *attempts, *cities])

    @property
    def attempts(self) -> tuple[Implementation, ...]:
        """The attempts that count, in the order of their cities."""
        return tuple(
            known.fact
            for known in sorted(self.implementations, key=lambda known: known.fact.city)
            if known.counts
        )

    @property
    def peers(self) -> dict[str, CityProfile]:
        """The cities where it was tried, by id."""
        return {city: known.fact for city, known in sorted(self.cities.items())}

    @property
    def token(self) -> str:
        """Which revisions of which facts these are: the same token, the same score."""
        attempts = sorted(f"{known.fact.city}:{known.revision}" for known in self.implementations)
        cities = sorted(f"{city}:{known.revision}" for city, known in self.cities.items())
        return f"{self.solution.revision}|{','.join(attempts)}|{','.join(cities)}"

    def name_of(self, city: str) -> str:
        """The city's own name, or its id where it has not described itself."""
        return self.cities[city].fact.name if city in self.cities else city


@dataclass(frozen=True, slots=True)
class Asking:
    """A need with the city that has it."""

    need: Need
    city: CityProfile
