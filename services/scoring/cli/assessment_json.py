"""Shows an assessment as the command prints it."""

from shared.events import Assessment, Contribution

Shown = dict[str, object]


def shown(assessed: Assessment, *, intermediate: bool = False) -> Shown:
    """All of an assessment, unrounded; what intermediate values cannot tell is null."""
    return {
        "framework": assessed.framework,
        "as_of": assessed.as_of.isoformat(),
        "evaluation": {
            **assessed.evaluation.model_dump(),
            "coverage": assessed.coverage,
            "grade": assessed.grade,
            "cap": assessed.cap,
            "contributions": _contributions(assessed.evaluation_contributions),
        },
        "risk": {
            **assessed.risk.model_dump(),
            "base": assessed.base_risk,
            "contributions": _contributions(assessed.risk_contributions),
        },
        "transferability": _transferability(assessed),
        "learning": None if intermediate else assessed.learning,
        "evidence_level": None if intermediate else assessed.evidence_level,
        "band": assessed.band,
        "robust": assessed.robust,
        "harm": assessed.harm,
        "lacking": list(assessed.lacking),
        "agreed_risk": assessed.agreed_risk,
        "record": assessed.record.model_dump() if assessed.record else None,
        "prior": assessed.prior.model_dump(mode="json") if assessed.prior else None,
        "next_best_datum": assessed.next_best_datum,
        "next_best_of": assessed.next_best_of,
    }


def _transferability(assessed: Assessment) -> Shown | None:
    if assessed.transferability is None:
        return None
    return {
        **assessed.transferability.model_dump(),
        "weakest": assessed.weakest,
        "contributions": _contributions(assessed.transfer_contributions),
    }


def _contributions(given: tuple[Contribution, ...]) -> list[Shown]:
    return [contribution.model_dump(exclude={"message", "parameters"}) for contribution in given]
