"""The settings of one framework version, as types; the numbers are in ``services/scoring/framework``."""

from collections.abc import Mapping
from datetime import date
from math import isclose
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.facts import Outcome, Verification

Criterion = Literal["problem", "evidence", "effect", "delivery", "record", "citizens", "reuse"]
FIRST_CRITERIA: tuple[Criterion, ...] = (
    "problem",
    "evidence",
    "effect",
    "delivery",
    "record",
    "citizens",
    "reuse",
)
Dimension = Literal[
    "immaturity",
    "lockin",
    "delivery",
    "organisation",
    "resources",
    "political",
    "citizens",
    "firstmover",
    "legal",
]
Transfer = Literal["organisation", "resources", "economy", "citizens"]

IN_FORCE = "2"
"""The version that this release scores under where no setting names another."""

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Points = Annotated[float, Field(ge=0, le=100)]


Key = TypeVar("Key", bound=str)


class UnknownFramework(ValueError):
    """There is no such version."""


class Setting(BaseModel):
    """A frozen part of the settings; an unknown name is an error, because it would silently do nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _whole(shares: Mapping[Key, float], name: str) -> None:
    if not isclose(sum(shares.values()), 1, abs_tol=1e-9):
        raise ValueError(f"{name} must add up to 1, not {sum(shares.values()):g}; change one of {shares}")


def _complete(given: Mapping[Key, float], keys: tuple[str, ...], name: str) -> None:
    if set(given) != set(keys):
        raise ValueError(f"{name} must name exactly {', '.join(keys)}; it names {', '.join(given)}")


class MissingSettings(Setting):
    """What an unknown input counts as."""

    value: Share


class Prior(Setting):
    """A Beta distribution of success: ``alpha`` successes and ``beta`` failures seen before."""

    alpha: Positive
    beta: Positive


class TrackRecordSettings(Setting):
    """How much an ended implementation teaches."""

    prior: Prior
    half_life: Positive
    overdue_after: Annotated[int, Field(ge=0)]
    fit_from: Annotated[int, Field(ge=2)]
    fit_strength: tuple[Annotated[float, Field(ge=2)], Positive]
    verification: dict[Verification, Share]
    success: dict[Outcome, Share]

    @model_validator(mode="after")
    def _names(self) -> Self:
        _complete(self.verification, tuple(Verification), "track_record.verification")
        ended = (Outcome.SUCCEEDED, Outcome.PARTIAL, Outcome.FAILED, Outcome.ABANDONED)
        _complete(self.success, ended, "track_record.success")
        return self


class CapSettings(Setting):
    """The most an evaluation can reach: after harm, and on a claim alone."""

    harm: Points
    claim: Points


class ProblemSettings(Setting):
    """E1."""

    error: Share


class EvidenceSettings(Setting):
    """E2: quality by Maryland scale 0–5, and what is added and taken away."""

    quality: Annotated[tuple[Share, ...], Field(min_length=6, max_length=6)]
    independence: dict[Literal["self", "commissioned", "independent"], Share]
    replication: Share
    replication_most: Share
    conflict: Share
    imprecision: Share
    counts_from: Annotated[int, Field(ge=0, le=5)]
    error: Share


class EffectSettings(Setting):
    """E3."""

    full_change: Positive
    untargeted: Share
    shrink_to: Share
    shrink_weight: Positive


class OverrunBounds(Setting):
    """Upper bounds of overrun of one project class, as shares of the plan."""

    cost: Positive | None = None
    months: Positive | None = None


class DeliverySettings(Setting):
    """E4."""

    least_bound: Positive
    shrink_to: Share
    shrink_weight: Positive
    error: Share
    classes: dict[str, OverrunBounds]


class CitizenSettings(Setting):
    """E6: the shares of involvement and of answers."""

    involvement: Share
    answers: Share
    least_error: Share


class ReuseSettings(Setting):
    """E7: the error of answers that are all unknown, in proportion to how many are, and the least one."""

    unknown_error: Share
    least_error: Share


class EvaluationSettings(Setting):
    """The criteria that this version weighs: the first seven, and what a later version adds."""

    weights: dict[Criterion, Share]
    caps: CapSettings
    grades: dict[Literal["A", "B", "C"], Share]
    problem: ProblemSettings
    evidence: EvidenceSettings
    effect: EffectSettings
    delivery: DeliverySettings
    citizens: CitizenSettings
    reuse: ReuseSettings

    @model_validator(mode="after")
    def _weights(self) -> Self:
        missing = [key for key in FIRST_CRITERIA if key not in self.weights]
        if missing:
            raise ValueError(f"evaluation.weights must name {', '.join(missing)}")
        _whole(self.weights, "evaluation.weights")
        return self


class PoliticalSettings(Setting):
    """R6: months of an election's shadow, and what one anchor leaves of it."""

    horizon: Positive
    anchor: Share


class RiskSettings(Setting):
    """The nine dimensions; coefficients are in logits over the whole range of a dimension."""

    error: Share
    bad: Share
    not_known: Share
    good: Share
    maturity: Annotated[tuple[Share, ...], Field(min_length=9, max_length=9)]
    resources: Share
    citizens: Share
    first_mover: Positive
    coefficients: dict[Dimension, Positive]
    political: PoliticalSettings


class IndicatorSettings(Setting):
    """How two cities are compared on one indicator; ``range`` is a factor for ``log``, else a difference."""

    kind: Literal["log", "linear", "flag", "category"]
    range: Positive | None = None
    floor: Positive | None = None

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.kind in ("log", "linear") and (
            self.range is None or (self.kind == "log" and self.range <= 1)
        ):
            raise ValueError(f"an indicator of kind {self.kind} needs a range (a factor above 1 for log)")
        return self


class TransferabilitySettings(Setting):
    """Four dimensions, their units and their indicators."""

    mean: Share
    weakest: Share
    fit: Share
    similarity: Share
    critical: Positive
    supporting: Positive
    weights: dict[Transfer, Share]
    indicators: dict[Transfer, dict[str, IndicatorSettings]]

    @model_validator(mode="after")
    def _shares(self) -> Self:
        _complete(
            self.weights, ("organisation", "resources", "economy", "citizens"), "transferability.weights"
        )
        _whole(self.weights, "transferability.weights")
        _whole({"mean": self.mean, "weakest": self.weakest}, "transferability.mean and .weakest")
        _whole({"fit": self.fit, "similarity": self.similarity}, "transferability.fit and .similarity")
        return self


class SimilaritySettings(Setting):
    """When the likeness of two cities is spoken of, and when one counts as nearer than another.

    ``least_known`` is the number of indicators that both cities must know; ``difference`` the least
    difference of two likenesses, on the indicators that all three cities know. The defaults are those of
    version 1, which spoke of every likeness.
    """

    least_known: Annotated[int, Field(ge=1)] = 1
    difference: Share = 0.0


class BandSettings(Setting):
    """The thresholds of the bands; ``agreed_risk`` is φ where a city has not agreed on one.

    With ``learn_from_failures`` a solution that failed somewhere and is not known to have worked anywhere
    is to be learned from. Version 1 did not have that rule.
    """

    critical_unit: Share
    widest_risk: Points
    agreed_risk: Share
    ready_evaluation: Points
    ready_transferability: Points
    robustness: Share
    learn_from_failures: bool = False


class FitSettings(Setting):
    """How well a solution fits a need, and from where a city is told."""

    need: Share
    evaluation: Share
    transferability: Share
    risk: Share
    gate: Share
    digest: Points
    immediate: Points

    def matches(self, fit: float) -> bool:
        """Return whether a solution and a need that fit so well (0-1) are a match."""
        return fit >= self.gate

    @model_validator(mode="after")
    def _shares(self) -> Self:
        shares = {"need": self.need, "evaluation": self.evaluation}
        _whole({**shares, "transferability": self.transferability, "risk": self.risk}, "the shares of fit")
        return self


class LearningSettings(Setting):
    """Points of one field of the failure record, and what is left without verification."""

    field: Annotated[float, Field(gt=0, le=10)]
    unverified: Share


class CandourSettings(Setting):
    """How improbable an unbroken row of successes must be for a notice."""

    improbable: Share


class FollowerSettings(Setting):
    """When the fast follower's window opens."""

    ended: Annotated[int, Field(ge=1)]
    failures: Annotated[int, Field(ge=0)]
    first_outcome_months: Annotated[int, Field(ge=0)]


class SharingSettings(Setting):
    """The range of sharing budgets named at the founding summit."""

    low: Share
    high: Share


class FlagSettings(Setting):
    """Thresholds of the indicators that ask for a second look."""

    cost_overrun: Annotated[float, Field(ge=0)]
    time_overrun: Annotated[float, Field(ge=0)]
    self_reported: Share
    overdue: Share
    not_measured: Share
    locked_in: Share


class Framework(Setting):
    """One version of the common framework."""

    version: Annotated[str, Field(pattern=r"^[0-9]+([.-][0-9a-z]+)*$")]
    published: date
    interval: Positive
    missing: MissingSettings
    track_record: TrackRecordSettings
    evaluation: EvaluationSettings
    risk: RiskSettings
    transferability: TransferabilitySettings
    likeness: SimilaritySettings = SimilaritySettings()
    bands: BandSettings
    fit: FitSettings
    learning: LearningSettings
    candour: CandourSettings
    follower: FollowerSettings
    sharing: SharingSettings
    flags: FlagSettings
