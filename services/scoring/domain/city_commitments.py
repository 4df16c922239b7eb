"""The portfolio: how many of a city's running projects will fail, against what it agreed to."""

from collections.abc import Sequence
from math import floor, fsum
from typing import NamedTuple

import numpy as np
from scipy import stats

EXACT = 1e-9
"""9 · (1/3) is three failures, whatever the last bit says."""


class Portfolio(NamedTuple):
    """The distribution of failures over ``projects`` running projects.

    ``chances[k]`` is P(exactly k fail); ``agreed`` the failures that φ allows, ``beyond`` P(more than that).
    """

    projects: int
    expected: float
    agreed: float
    beyond: float
    chances: tuple[float, ...]


def portfolio(risks: Sequence[float], agreed_risk: float) -> Portfolio:
    """The exact Poisson-binomial distribution of failures (framework, *Portfolio*).

    ``risks`` and ``agreed_risk`` (φ) are probabilities in [0, 1]; raise ``ValueError`` for any other.
    """
    for risk in (*risks, agreed_risk):
        if not 0 <= risk <= 1:
            raise ValueError(f"a risk must lie between 0 and 1, not at {risk}; divide a percentage by 100")
    number = len(risks)
    allowed = agreed_risk * number
    chances = distribution(risks)
    beyond = fsum(chances[floor(allowed + EXACT) + 1 :])
    return Portfolio(number, fsum(risks), allowed, beyond, chances)


def distribution(risks: Sequence[float]) -> tuple[float, ...]:
    """P(exactly k fail) for k = 0 … n; the order of the projects does not matter."""
    if not risks:
        return (1.0,)
    counts = np.arange(len(risks) + 1)
    chances = np.atleast_1d(stats.poisson_binom.pmf(counts, sorted(risks)))
    return tuple(float(chance) for chance in chances)
