"""Fit M: how well a solution answers a need of a city (framework, *Match*)."""

from services.scoring.domain.framework import Framework


def fit_points(
    need: float, evaluation: float, transferability: float | None, risk: float, framework: Framework
) -> float:
    """M = 100 · (.40·need + .20·E/100 + .25·T/100 + .15·(1 − R/100)), 0–100.

    ``need`` is the relevance in [0, 1]; E, T and R are 0–100. A missing T counts as any missing input.
    """
    shares = framework.fit
    transfer = framework.missing.value if transferability is None else transferability / 100
    return 100 * (
        shares.need * need
        + shares.evaluation * evaluation / 100
        + shares.transferability * transfer
        + shares.risk * (1 - risk / 100)
    )
