"""Where a solution meets the need of a city: the personal assessment, the fit, the gaps, the nearest."""

from services.scoring.domain.assessment import assess
from services.scoring.domain.facts import Dossier
from services.scoring.domain.failures import nearest
from services.scoring.domain.fit import fit_points
from services.scoring.domain.settings import Framework
from services.scoring.domain.transferability.units import fits
from shared.events import Gap, Match
from shared.facts import CityProfile, Need, Outcome

ENOUGH = 1.0


def meet(dossier: Dossier, need: Need, city: CityProfile, relevance: float, framework: Framework) -> Match:
    """Return the match of a solution and a need of ``city``; ``relevance`` is 0–1."""
    solution = dossier.solution.fact
    judged = assess(
        solution,
        dossier.attempts,
        framework,
        dossier.as_of,
        city,
        dossier.peers,
        agreed_risk=need.agreed_risk,
        prior=dossier.prior,
    )
    transferability = judged.transferability.value if judged.transferability else None
    failed, worked = nearest(city, dossier.attempts, dossier.peers, framework)
    gaps = gaps_of(dossier, city)
    return Match(
        need=need.id,
        need_title=need.title,
        need_language=need.language,
        city=city.id,
        city_name=city.name,
        fit=fit_points(relevance, judged.evaluation.value, transferability, judged.risk.value, framework),
        relevance=relevance,
        assessment=judged,
        agreed_risk=framework.bands.agreed_risk if judged.agreed_risk is None else judged.agreed_risk,
        gaps=gaps,
        nearest_failure=failed,
        nearest_success=worked,
        topics=tuple(f"{topic.scheme}:{topic.id}" for topic in need.topics),
        departments=tuple(sorted({*need.departments, *(gap.department for gap in gaps if gap.department)})),
    )


def gaps_of(dossier: Dossier, city: CityProfile) -> tuple[Gap, ...]:
    """Units the city lacks or has not spoken of, critical ones first, and how another city closed each."""
    found = [
        each for each in fits(dossier.solution.fact.units, city) if each.fit is None or each.fit < ENOUGH
    ]
    closed = _closed_by(dossier)
    gaps = [
        Gap(
            unit=each.unit.id,
            name=each.unit.name,
            critical=each.unit.critical,
            have=each.fit,
            how_to_close=each.unit.how_to_close,
            closed_by=closed if each.unit.how_to_close else None,
            training=each.unit.training,
            department=each.unit.department,
        )
        for each in found
    ]
    return tuple(sorted(gaps, key=lambda gap: (not gap.critical, gap.unit)))


def _closed_by(dossier: Dossier) -> str | None:
    """A city where it worked: whom to ask how the gap was closed."""
    worked = [attempt.city for attempt in dossier.attempts if attempt.outcome is Outcome.SUCCEEDED]
    return dossier.name_of(worked[0]) if worked else None
