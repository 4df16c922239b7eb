"""Candour: whether a city that reports no failure can be believed to have had none."""

from typing import NamedTuple

from services.scoring.domain.framework import Framework
from services.scoring.domain.rule_results import MessageReference


class CandourNotice(NamedTuple):
    """A notice to that city alone: none of ``ended`` failed, which has that ``chance`` at φ."""

    ended: int
    agreed_risk: float
    chance: float

    @property
    def saying(self) -> MessageReference:
        """The notice as a sentence."""
        return MessageReference(
            "candour",
            {"ended": self.ended, "agreed": 100 * self.agreed_risk, "chance": 100 * self.chance},
        )


def no_failures(ended: int, agreed_risk: float) -> float:
    """P(no failures in n) = (1 − φ)ⁿ."""
    return float((1 - agreed_risk) ** ended)


def candour(ended: int, failed: int, agreed_risk: float, framework: Framework) -> CandourNotice | None:
    """A notice when no failure is reported and that has a chance below 5 % (framework, *Candour*).

    ``ended`` and ``failed`` count the city's ended implementations, ``agreed_risk`` is φ in [0, 1].
    """
    chance = no_failures(ended, agreed_risk)
    if failed or chance >= framework.candour.improbable:
        return None
    return CandourNotice(ended, agreed_risk, chance)
