"""What was predicted for a city when it took a solution over, against what it reports a year later."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pydantic import AwareDatetime

from services.scoring.domain.calibration import Calibration, Forecast, calibrate, forecast
from services.scoring.domain.facts import KnownFact
from services.scoring.domain.framework import Framework
from services.scoring.domain.track_record import ENDED
from shared.events import Points
from shared.facts import Adoption, Effect, Fact, Id, Implementation, Line, Outcome

OUTCOME_OF: Mapping[str, Outcome] = {
    "kept": Outcome.SUCCEEDED,
    "partly": Outcome.PARTIAL,
    "not_kept": Outcome.FAILED,
}
"""An effect counts as the attempt counts that ended so: the same settings judge both."""


class TransferPrediction(Fact):
    """Risk and transferability of a solution for the city that took it over, in per cent.

    ``adoption`` is ``<solution>|<city>`` and ``source`` the solution that was taken over; ``inputs`` is the
    hash of everything the prediction was made from. It is made once, before any effect is reported.
    """

    adoption: Line
    source: Id
    framework: Line
    made: AwareDatetime
    risk: Points
    transferability: Points | None = None
    inputs: Line | None = None


class TransferCalibration(NamedTuple):
    """The reported effects, how many of them nothing was predicted for, and how well the others came true."""

    reported: int
    unpredicted: int
    risk: Calibration | None
    transferability: Calibration | None


def may_be_predicted(adoption: KnownFact[Adoption]) -> bool:
    """Whether there is a source to predict from, and no effect that would be known already."""
    return adoption.counts and adoption.fact.parent is not None and adoption.fact.effect is None


def calibrate_transfer(
    effects: Mapping[str, Effect], predictions: Mapping[str, TransferPrediction], framework: Framework
) -> TransferCalibration:
    """Compare what was predicted with the ``effects`` that cities reported; both by adoption.

    A low transferability is a forecast that the effect does not come: 30 of 100 is a risk of 70 per cent.
    """
    pairs = [(predictions[key], effects[key]) for key in sorted(effects.keys() & predictions.keys())]
    risks = [(prediction.risk, effect) for prediction, effect in pairs]
    transfers = [
        (100 - prediction.transferability, effect)
        for prediction, effect in pairs
        if prediction.transferability is not None
    ]
    return TransferCalibration(
        reported=len(effects),
        unpredicted=len(effects) - len(pairs),
        risk=calibrate(_forecasts(risks, framework), framework),
        transferability=calibrate(_forecasts(transfers, framework), framework),
    )


def _forecasts(pairs: Iterable[tuple[float, Effect]], framework: Framework) -> list[Forecast]:
    judged = (forecast(risk, OUTCOME_OF[effect.effect], framework) for risk, effect in pairs)
    return [one for one in judged if one is not None]


def not_told_otherwise(
    adoptions: Iterable[KnownFact[Adoption]], attempts: Iterable[Implementation]
) -> list[KnownFact[Adoption]]:
    """Return the adoptions whose city reported no ended attempt at it: that would count twice."""
    ended = {(attempt.solution, attempt.city) for attempt in attempts if attempt.outcome in ENDED}
    return [
        adoption
        for adoption in adoptions
        if not {(adoption.fact.solution, adoption.fact.city), (adoption.fact.parent, adoption.fact.city)}
        & ended
    ]
