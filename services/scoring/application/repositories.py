"""What the service asks of its store: one repository for each collection, and what is read over several."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol, TypeVar

from services.scoring.domain.alerts import LastNotification, Watch
from services.scoring.domain.area_prior import AreaPriors
from services.scoring.domain.facts import Dossier, KnownFact
from services.scoring.domain.matching.vocabulary import AnalyzedText
from services.scoring.domain.realised_transfer import TransferPrediction
from services.scoring.domain.scores import CardFilter, ListedScore, Score, ScoreBasis, StoredScores
from shared.events import AreaPrior, Event, MatchAnswered, WatchFired
from shared.facts import Adoption, CityProfile, Fact, Implementation, Need, Solution, Topic
from shared.visibility import about_solutions, is_public

F = TypeVar("F", bound=Fact)
E = TypeVar("E", bound=Event)
SETTLED = timedelta(seconds=3)
"""The store stamps a write before others can read it: what was stamped this long ago is there to be read."""


class ChangedKey(NamedTuple):
    """A key with the revision that was written under it, and when."""

    key: str
    revision: int
    touched: datetime


class ChangeSource(Protocol):
    """What tells which keys were written since it was last asked."""

    async def since(
        self, moment: datetime | None, ago: timedelta = timedelta()
    ) -> tuple[list[ChangedKey], datetime | None]:
        """Return what was written since ``moment``, see ``FactRepository.since``."""
        ...


class FactRepository(Protocol[F]):
    """One kind of fact by id, in its newest revision."""

    async def keep(self, key: str, record: KnownFact[F], words: AnalyzedText | None = None) -> bool:
        """Keep ``record`` unless as new a revision is there; returns whether it was kept."""
        ...

    async def get(self, key: str) -> KnownFact[F] | None:
        """Return the newest revision of ``key``."""
        ...

    async def many(self, keys: Iterable[str]) -> dict[str, KnownFact[F]]:
        """Return what there is of ``keys``."""
        ...

    async def with_words(self, keys: Iterable[str]) -> list[tuple[KnownFact[F], AnalyzedText | None]]:
        """Return what there is of ``keys``, with what was read from their texts."""
        ...

    async def since(
        self, moment: datetime | None, ago: timedelta = timedelta()
    ) -> tuple[list[ChangedKey], datetime | None]:
        """Return what was written since ``moment`` (all, for None), and the moment to ask from next time.

        ``ago`` is how long it is since that was asked. The server's clock may have been set back meanwhile,
        or a server have taken over whose clock is behind: it stamps what is new with times before ``moment``.
        """
        ...

    async def keys_after(self, key: str, most: int) -> list[str]:
        """Return the next ``most`` keys in order: a walk that can be taken up where it was left."""
        ...

    async def revisions(self, keys: Sequence[str]) -> dict[str, int]:
        """Return the newest revision of each of ``keys``."""
        ...

    async def count(self) -> int:
        """Return how many there are."""
        ...


class SolutionRepository(FactRepository[Solution], Protocol):
    """Solutions by id."""

    async def of_city(self, city: str) -> list[KnownFact[Solution]]:
        """Return the solutions of a city."""
        ...


class NeedRepository(FactRepository[Need], Protocol):
    """Needs by id."""

    async def of_city(self, city: str) -> list[KnownFact[Need]]:
        """Return the needs of a city."""
        ...

    async def tagged(self, tags: Sequence[str]) -> list[KnownFact[Need]]:
        """Return the needs with any of ``tags``."""
        ...

    async def in_stages(self, stages: Iterable[str], tags: Sequence[str], most: int) -> list[KnownFact[Need]]:
        """Return the first ``most`` needs by id that have any of ``tags`` and are in one of ``stages``."""
        ...

    async def city_changed(self, city: str, revision: int) -> None:
        """Let every replica read the needs of ``city`` again: what its city says limits a need too."""
        ...


class CityRepository(FactRepository[CityProfile], Protocol):
    """Descriptions of cities by id."""

    async def all(self) -> list[KnownFact[CityProfile]]:
        """Return every city that described itself."""
        ...


class ImplementationRepository(FactRepository[Implementation], Protocol):
    """Attempts by ``solution|city``."""

    async def of_solutions(self, solutions: Iterable[str]) -> list[KnownFact[Implementation]]:
        """Return the attempts at any of ``solutions``."""
        ...

    async def of_city(self, city: str) -> list[KnownFact[Implementation]]:
        """Return the attempts of a city."""
        ...

    async def failed_by(self, cause: str, most: int) -> list[KnownFact[Implementation]]:
        """Return the first ``most`` attempts by id that failed by ``cause``."""
        ...


class AdoptionRepository(FactRepository[Adoption], Protocol):
    """Adoptions by ``solution|city``."""

    async def of_solution(self, solution: str) -> list[KnownFact[Adoption]]:
        """Return the adoptions of a solution and of versions derived from it."""
        ...

    async def realised(self) -> list[KnownFact[Adoption]]:
        """Return the adoptions whose city reported what came of it."""
        ...


class TransferPredictionRepository(Protocol):
    """Predictions of adoptions under one version of the framework; each is written once."""

    async def keep(self, prediction: TransferPrediction) -> bool:
        """Keep a prediction unless there is one of its adoption; returns whether it was kept."""
        ...

    async def many(self, adoptions: Iterable[str]) -> dict[str, TransferPrediction]:
        """Return the predictions of ``adoptions``, by adoption."""
        ...


class ScoreRepository(Protocol):
    """Scores under one version of the framework, by solution; scores under other versions stand beside."""

    async def get(self, solution: str) -> Score | None:
        """Return the newest score of a solution that may be seen."""
        ...

    async def many(self, solutions: Iterable[str]) -> dict[str, Score]:
        """Return the scores of ``solutions`` that may be seen."""
        ...

    async def listed(self, solutions: Iterable[str]) -> dict[str, ListedScore]:
        """Return what the catalogue needs of the scores of ``solutions`` that may be seen."""
        ...

    async def since(
        self, moment: datetime | None, ago: timedelta = timedelta()
    ) -> tuple[list[ChangedKey], datetime | None]:
        """Return which solutions were scored since ``moment``, as ``FactRepository.since`` does."""
        ...

    async def stored(self, solutions: Iterable[str]) -> dict[str, StoredScores]:
        """Return what is kept of each of ``solutions``, seen or not."""
        ...

    async def matching(self, card: CardFilter, most: int) -> list[Score]:
        """Return ``most`` scores that may be seen and meet ``card``: those that teach most, then by id."""
        ...

    async def tagged(self, tags: Sequence[str], most: int, *, failed: bool = False) -> list[Score]:
        """Return ``most`` scores with any of ``tags``, or only of what failed: most to learn first."""
        ...

    async def teaching(self, most: int) -> list[Score]:
        """Return the ``most`` scores that teach most."""
        ...

    async def keep(self, new: Score, seen: StoredScores | None = None) -> Score:
        """Keep a score and return what stands: ``new`` with its revision, or what was made from more.

        Only a score from newer facts is written, so that any order of arrival ends in the same one. ``seen``
        is what stood when ``new`` was made; where somebody wrote since, it is looked at again.
        """
        ...

    async def bases(self, solutions: Iterable[str]) -> dict[str, ScoreBasis]:
        """Return from what each of ``solutions`` was scored; one that was hidden has no topics."""
        ...

    async def solutions_after(self, solution: str, most: int) -> list[str]:
        """Return the next solutions in order of id: a walk that can be taken up where it was left."""
        ...

    async def count(self) -> int:
        """Return how many may be seen."""
        ...


class AreaPriorRepository(Protocol):
    """The priors of service areas under one version of the framework."""

    @property
    def in_force(self) -> AreaPriors:
        """Those in force when ``refresh`` was last called."""
        ...

    def of(self, topics: Iterable[Topic]) -> AreaPrior | None:
        """Return the prior in force for what is about these topics; None for the framework's own."""
        ...

    async def refresh(self) -> bool:
        """Read what was frozen meanwhile; returns whether anything else is in force now."""
        ...

    async def frozen(self, framework: str | None = None) -> list[AreaPrior]:
        """Return all that were ever frozen under this or another version, by area, the newest first."""
        ...

    async def at(self, area: str, day: date) -> AreaPrior | None:
        """Return the prior of an area that was frozen on a day."""
        ...

    async def freeze(self, priors: Iterable[AreaPrior]) -> list[AreaPrior]:
        """Keep ``priors`` for good and return those that are new; what a day has said of an area stands."""
        ...


class ClaimRepository(Protocol):
    """Events that are published once, whatever leads to them."""

    async def once(self, kind: type[E], events: Mapping[str, E], cause: str, *, again: bool) -> list[E]:
        """Claim ``events`` by key and return what is to be published now, in the order of the keys.

        ``cause`` names the message at work; ``again`` says that it may have been delivered before, so that
        what it claimed then is returned too.
        """
        ...

    async def claimed(self, kind: type[Event], keys: Iterable[str]) -> frozenset[str]:
        """Return which of ``keys`` were claimed before."""
        ...

    async def count(self, kind: type[Event]) -> int:
        """Return how many events of a kind were claimed."""
        ...


class NotificationRepository(Protocol):
    """What cities were last told about solutions, by solution and letter key."""

    async def about(self, solution: str, keys: Iterable[str]) -> dict[str, LastNotification]:
        """Return what was told about ``solution``, by letter key."""
        ...

    async def of_city(self, city: str) -> list[LastNotification]:
        """Return what a city was told; best first."""
        ...

    async def of_solution(self, solution: str, city: str | None = None) -> list[LastNotification]:
        """Return what cities, or one city, were told about a solution; best first."""
        ...

    async def keep_first(self, told: Mapping[str, LastNotification]) -> frozenset[str]:
        """Keep what is told for the first time, by letter key; return the keys that nobody told before."""
        ...

    async def replace(self, key: str, told: LastNotification, before: LastNotification) -> bool:
        """Keep what is told anew; False where somebody else told something since ``before``."""
        ...

    async def count(self) -> int:
        """Return how many matches were told."""
        ...


class AnswerRepository(Protocol):
    """What officials answered to letters."""

    async def keep(self, answer: MatchAnswered) -> None:
        """Keep an answer, once."""
        ...

    async def objections(self, solution: str) -> dict[str, frozenset[str]]:
        """Return the units that cities said they lack for ``solution``, by city."""
        ...


class WatchRepository(Protocol):
    """What cities wait for."""

    async def keep(self, watch: Watch) -> bool:
        """Keep what a city waits for; returns whether it was new."""
        ...

    async def end(self, watch: Watch) -> bool:
        """Let a city wait no longer; returns whether it did."""
        ...

    async def of_city(self, city: str) -> list[Watch]:
        """Return what a city waited for, answered or not."""
        ...

    async def of_solution(self, solution: str) -> list[Watch]:
        """Return what cities wait for of ``solution``."""
        ...


@dataclass(frozen=True, slots=True)
class ScoringRepositories:
    """All repositories of the service, and what is read over several of them."""

    solutions: SolutionRepository
    needs: NeedRepository
    cities: CityRepository
    implementations: ImplementationRepository
    adoptions: AdoptionRepository
    scores: ScoreRepository
    priors: AreaPriorRepository
    predictions: TransferPredictionRepository
    claims: ClaimRepository
    notifications: NotificationRepository
    answers: AnswerRepository
    watches: WatchRepository

    async def dossier(self, solution: str) -> Dossier | None:
        """Return all facts about a solution, or None while it is not known."""
        return next(iter(await self.dossiers([solution])), None)

    async def dossiers(self, solutions: Iterable[str]) -> list[Dossier]:
        """Return all facts about each of ``solutions`` that is known, in their order."""
        wanted = list(dict.fromkeys(solutions))
        records = await self.solutions.many(wanted)
        return await self._dossiers([records[solution] for solution in wanted if solution in records])

    async def dossier_of(self, record: KnownFact[Solution]) -> Dossier:
        """Return all facts about a solution that was read or kept just now."""
        (dossier,) = await self._dossiers([record])
        return dossier

    async def _dossiers(self, solutions: Sequence[KnownFact[Solution]]) -> list[Dossier]:
        """All facts about solutions, in two turns for some fifty: most were tried by their own city only."""
        own = {record.fact.city for record in solutions}
        attempts, cities = await asyncio.gather(
            self.implementations.of_solutions([record.fact.id for record in solutions]), self.cities.many(own)
        )
        tried: dict[str, list[KnownFact[Implementation]]] = defaultdict(list)
        for attempt in attempts:
            tried[attempt.fact.solution].append(attempt)
        begun = [Dossier(record, tuple(tried[record.fact.id])) for record in solutions]
        cities |= await self.cities.many({city for dossier in begun for city in dossier.seen_by} - own)
        return [
            replace(
                dossier,
                cities={city: cities[city] for city in sorted(dossier.seen_by & cities.keys())},
                prior=self.priors.of(dossier.solution.fact.topics),
            )
            for dossier in begun
        ]

    async def depending_on(self, city: str) -> list[str]:
        """Return the solutions whose score looks at ``city``: its own, and those it tried."""
        tried = await self.implementations.of_city(city)
        own = await self.solutions.of_city(city)
        return sorted({*(record.fact.solution for record in tried), *(record.fact.id for record in own)})

    async def profiles(self, cities: Iterable[str]) -> dict[str, KnownFact[CityProfile]]:
        """Return the public descriptions of ``cities``, by id."""
        profiles = await self.cities.many(cities)
        return {city: profile for city, profile in profiles.items() if profile.counts}

    async def public(self, records: Sequence[KnownFact[F]]) -> list[KnownFact[F]]:
        """Return what anybody may see of ``records``: one about solutions only while these are public."""
        about = {solution for record in records for solution in about_solutions(record.fact)}
        solutions = await self.solutions.many(about) if about else {}
        return [record for record in records if _is_public(record, solutions)]

    async def adopters(self, solution: str) -> frozenset[str]:
        """Return the cities that took a solution up, as it is or in a version of their own."""
        return frozenset(adoption.city for adoption in await self.adoptions_of(solution))

    async def adoptions_of(self, solution: str) -> list[Adoption]:
        """Return the public adoptions of a solution, those of versions derived from it too."""
        return [record.fact for record in await self.public(await self.adoptions.of_solution(solution))]

    async def open_watches(self, city: str) -> int:
        """Return how many things a city still waits for."""
        waiting = [watch.identity for watch in await self.watches.of_city(city)]
        return len(waiting) - len(await self.claims.claimed(WatchFired, waiting))

    async def counts(self) -> dict[str, int]:
        """Return how many solutions have a score, how many matches were told, how many needs stand."""
        return {
            "scored": await self.scores.count(),
            "matched": await self.notifications.count(),
            "needs": await self.needs.count(),
        }


def _is_public(record: KnownFact[F], solutions: Mapping[str, KnownFact[Solution]]) -> bool:
    about = [solutions[solution].status for solution in about_solutions(record.fact) if solution in solutions]
    return is_public(record.status, record.recorded.date(), about)
