"""The track record: a Beta distribution of success that every ended implementation moves a little."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import exp2, fsum, sqrt
from typing import NamedTuple

from scipy import special

from services.scoring.domain.framework import Prior, TrackRecordSettings
from shared.events import AreaPrior
from shared.facts import FailureRecord, Outcome, Verification

TAILS = (0.05, 0.95)
ENDED = frozenset({Outcome.SUCCEEDED, Outcome.PARTIAL, Outcome.FAILED, Outcome.ABANDONED})
WORKED = frozenset({Outcome.SUCCEEDED, Outcome.PARTIAL})
FAILED = frozenset({Outcome.FAILED, Outcome.ABANDONED})


@dataclass(frozen=True, slots=True)
class WeighedAttempt:
    """An implementation with what its weight in the track record depends on.

    ``age`` in years since it ended; ``similarity`` of its city to the city that asks, in [0, 1], 1 when none
    does; ``overdue`` when its planned end is long past and nothing was heard.
    """

    city: str
    outcome: Outcome
    verification: Verification = Verification.SELF
    age: float = 0.0
    similarity: float = 1.0
    overdue: bool = False
    failure: FailureRecord | None = None

    @property
    def ended(self) -> bool:
        """Whether there is an outcome that counts."""
        return self.outcome in ENDED


def only_failed(outcomes: Collection[Outcome]) -> bool:
    """Whether it failed or was abandoned somewhere and is not known to have worked anywhere, even in part."""
    return not FAILED.isdisjoint(outcomes) and WORKED.isdisjoint(outcomes)


class SuccessDistribution(NamedTuple):
    """Beta(alpha, beta) of success."""

    alpha: float
    beta: float

    @property
    def success(self) -> float:
        """The mean."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def failure(self) -> float:
        """The base rate of failure, in (0, 1)."""
        return self.beta / (self.alpha + self.beta)

    @property
    def error(self) -> float:
        """The standard deviation of success."""
        total = self.alpha + self.beta
        return sqrt(self.alpha * self.beta / (total * total * (total + 1)))

    @property
    def interval(self) -> tuple[float, float]:
        """The 90 % interval of success."""
        low, high = special.betaincinv(self.alpha, self.beta, TAILS)
        return float(low), float(high)


class SuccessBounds(NamedTuple):
    """The record, and what it would be if everything overdue had failed or had succeeded."""

    point: SuccessDistribution
    if_failed: SuccessDistribution
    if_succeeded: SuccessDistribution
    ended: int
    overdue: int
    only_failed: bool = False


def weight(attempt: WeighedAttempt, settings: TrackRecordSettings, *, personal: bool = True) -> float:
    """The weight of an outcome: w = v · 0.5^(age / half-life) · s; 1 is one fully verified fresh success."""
    trust = settings.verification[attempt.verification] * exp2(-attempt.age / settings.half_life)
    return trust * attempt.similarity if personal else trust


def record(
    attempts: Iterable[WeighedAttempt],
    settings: TrackRecordSettings,
    prior: AreaPrior | None = None,
    *,
    personal: bool = True,
    overdue_as: float | None = None,
) -> SuccessDistribution:
    """α = α₀ + Σ w·y and β = β₀ + Σ w·(1−y); running and unknown add nothing (framework, *Track record*).

    ``prior`` is that of the service area, else the framework's. ``personal`` weighs by similarity;
    ``overdue_as`` takes overdue attempts as that success.
    """
    start: AreaPrior | Prior = prior or settings.prior
    gains, losses = [start.alpha], [start.beta]
    for attempt in attempts:
        success = settings.success.get(attempt.outcome, overdue_as if attempt.overdue else None)
        if success is not None:
            worth = weight(attempt, settings, personal=personal)
            gains.append(worth * success)
            losses.append(worth * (1 - success))
    return SuccessDistribution(fsum(gains), fsum(losses))


def records(
    attempts: Iterable[WeighedAttempt],
    settings: TrackRecordSettings,
    prior: AreaPrior | None = None,
    *,
    personal: bool = True,
) -> SuccessBounds:
    """The record, and what it would be if all that is overdue failed or succeeded (framework, *Overdue*)."""
    weighed = tuple(attempts)
    point = record(weighed, settings, prior, personal=personal)
    overdue = sum(attempt.overdue for attempt in weighed)
    ended = sum(attempt.ended for attempt in weighed)
    failed = only_failed({attempt.outcome for attempt in weighed})
    if not overdue:
        return SuccessBounds(point, point, point, ended, 0, failed)
    worst = record(weighed, settings, prior, personal=personal, overdue_as=0.0)
    best = record(weighed, settings, prior, personal=personal, overdue_as=1.0)
    return SuccessBounds(point, worst, best, ended, overdue, failed)
