"""A solution against one need of a city: the personal assessment, the fit M in points, and the gaps.

``assess_match`` puts together the match that a city is told; ``fit_points`` is the formula of M (framework,
*Match*); ``gaps_of`` lists the units that the city lacks, how the source says each is closed, and which
city has it in place.
"""

from collections.abc import Sequence

from services.scoring.domain.assessment import assess
from services.scoring.domain.case import agreed_by
from services.scoring.domain.city_similarity import all_indicators, likeness
from services.scoring.domain.facts import Dossier
from services.scoring.domain.framework import Framework
from services.scoring.domain.nearest_cities import nearest
from services.scoring.domain.transferability import UnitFit, fits, unit_fit
from shared.events import Gap, Match
from shared.facts import CityProfile, Need, Outcome, Unit, in_languages

FULL_FIT = 1.0


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


def gaps_of(dossier: Dossier, city: CityProfile, framework: Framework) -> tuple[Gap, ...]:
    """Units the city lacks or has not spoken of, critical ones first, and how another city closed each."""
    helpers = _helpers(dossier, city, framework)
    open_units = [entry for entry in fits(dossier.solution.fact.units, city) if _open(entry)]
    told_by = dossier.name_of(dossier.solution.fact.city)
    gaps = [_gap(entry, dossier, helpers, told_by) for entry in open_units]
    return tuple(sorted(gaps, key=lambda gap: (not gap.critical, gap.unit)))


def _open(entry: UnitFit) -> bool:
    return entry.fit is None or entry.fit < FULL_FIT


def _gap(entry: UnitFit, dossier: Dossier, helpers: Sequence[str], told_by: str) -> Gap:
    unit = entry.unit
    return Gap(
        unit=unit.id,
        name=unit.name,
        critical=unit.critical,
        have=entry.fit,
        how_to_close=unit.how_to_close,
        told_by=told_by if unit.how_to_close or unit.training else None,
        closed_by=_closed_by(unit, dossier, helpers),
        training=unit.training,
        department=unit.department,
    )


def _helpers(dossier: Dossier, city: CityProfile, framework: Framework) -> list[str]:
    """The other cities where it succeeded, the most alike first."""
    indicators = all_indicators(framework.transferability)

    def alike(name: str) -> float:
        other = dossier.peers.get(name)
        return (likeness(city, other, indicators).value or 0.0) if other else 0.0

    worked = {attempt.city for attempt in dossier.attempts if attempt.outcome is Outcome.SUCCEEDED} - {
        city.id
    }
    return sorted(worked, key=lambda name: (-alike(name), name))


def _closed_by(unit: Unit, dossier: Dossier, helpers: Sequence[str]) -> str | None:
    """The first of them that says of itself that it has the unit: silence is no proof."""
    peers = dossier.peers
    return next((peers[name].name for name in helpers if name in peers and _has(unit, peers[name])), None)


def _has(unit: Unit, city: CityProfile) -> bool:
    have = unit_fit(unit, city).fit
    return have is not None and have >= FULL_FIT
