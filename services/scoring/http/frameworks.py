"""The common framework: its versions, their settings, and how well what they stated came true."""

from fastapi import APIRouter, HTTPException

from services.scoring.application.calibration import forecasts
from services.scoring.application.context import ScoringContext
from services.scoring.application.realised_transfer import transfer_calibration
from services.scoring.domain.calibration import Calibration, calibrate
from services.scoring.domain.framework import Framework, UnknownFramework
from services.scoring.http.response_models import (
    PROBLEM,
    BinView,
    CalibrationView,
    ReliabilityView,
    TransferView,
)
from shared.events import AreaPrior


def router(context: ScoringContext) -> APIRouter:
    """Return the routes to the framework."""
    routes = APIRouter(prefix="/v1", tags=["framework"], responses=PROBLEM)

    @routes.get("/frameworks")
    async def all_versions() -> list[str]:
        """The versions at hand, oldest first."""
        return list(context.frameworks.versions())

    @routes.get("/frameworks/{version}")
    async def settings(version: str) -> Framework:
        """Every setting of one version: weights, coefficients, thresholds, priors. All are judgement."""
        try:
            return context.frameworks.load(version)
        except UnknownFramework as error:
            raise HTTPException(404, str(error)) from None

    @routes.get("/frameworks/{version}/priors")
    async def priors(version: str) -> list[AreaPrior]:
        """The priors of service areas, each with the day it was frozen on; an area's first is in force."""
        try:
            return await context.store.priors.frozen(context.frameworks.load(version).version)
        except UnknownFramework as error:
            raise HTTPException(404, str(error)) from None

    @routes.get("/calibration")
    async def calibration() -> CalibrationView:
        """Predicted against actual failures: the Brier score and the reliability bins of this version.

        `transfer` compares what was predicted for cities when they took a solution over with the effect that
        they reported a year later.
        """
        calibrated = calibrate(await forecasts(context), context.framework)
        transfer = await transfer_calibration(context)
        return CalibrationView(
            framework=context.framework.version,
            transfer=TransferView(
                reported=transfer.reported,
                unpredicted=transfer.unpredicted,
                risk=_reliability(transfer.risk),
                transferability=_reliability(transfer.transferability),
            ),
            **dict(_reliability(calibrated)),
        )

    return routes


def _reliability(calibrated: Calibration | None) -> ReliabilityView:
    if calibrated is None:
        return ReliabilityView(number=0, brier=None, reference=None, bins=())
    bins = tuple(BinView.model_validate(interval._asdict()) for interval in calibrated.bins)
    return ReliabilityView(
        number=calibrated.number, brier=calibrated.brier, reference=calibrated.reference, bins=bins
    )
