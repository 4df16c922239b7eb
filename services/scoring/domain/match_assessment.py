"""Where a solution meets the need of a city: the personal assessment, the fit, the gaps, the nearest."""

from services.scoring.domain.assessment import assess
from services.scoring.domain.case import agreed_by
from services.scoring.domain.facts import Dossier
from services.scoring.domain.framework import Framework
from services.scoring.domain.match_points import fit_points
from services.scoring.domain.nearest_cities import nearest
from services.scoring.domain.unit_gaps import gaps_of
from shared.events import Match
from shared.facts import CityProfile, Need, in_languages


def assess_match(
    dossier: Dossier, need: Need, city: CityProfile, relevance: float, framework: Framework
) -> Match:
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
    gaps = gaps_of(dossier, city, framework)
    agreed = need.agreed_risk is not None or agreed_by(solution, city) is not None
    return Match(
        need=need.id,
        need_title=need.title,
        need_language=need.language,
        need_titles=in_languages(need.title, need.translations),
        city=city.id,
        city_name=city.name,
        fit=fit_points(relevance, judged.evaluation.value, transferability, judged.risk.value, framework),
        relevance=relevance,
        assessment=judged,
        agreed_risk=framework.bands.agreed_risk if judged.agreed_risk is None else judged.agreed_risk,
        risk_agreed=agreed,
        gaps=gaps,
        nearest_failure=failed,
        nearest_success=worked,
        topics=tuple(f"{topic.scheme}:{topic.id}" for topic in need.topics),
        departments=tuple(sorted({*need.departments, *(gap.department for gap in gaps if gap.department)})),
    )
