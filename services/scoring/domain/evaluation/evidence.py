"""E2, evidence; the level of evidence; harm."""

from collections.abc import Sequence

from services.scoring.domain.framework import EvidenceSettings, Framework
from services.scoring.domain.rule_results import KnownValue, MessageReference, UnknownValue, Value, clip
from shared.facts import Study


def evidence(studies: Sequence[Study], framework: Framework) -> Value:
    """Best quality × independence, more for further cities, less for conflict and for imprecision.

    Source: framework E2 (Maryland Scientific Methods Scale). A study whose precision is not known is not
    counted as precise; one whose city is not named is no further city.
    """
    if not studies:
        return UnknownValue()
    settings = framework.evaluation.evidence
    best = max(sorted(studies, key=_order), key=lambda study: strength(study, settings))
    cities = len(positive_cities(studies, settings.counts_from))
    value = strength(best, settings) + replication(cities, settings) - deductions(studies, settings)
    why = MessageReference(
        "evidence",
        {"sms": best.sms, "independence": best.independence, "cities": cities, "studies": len(studies)},
    )
    return KnownValue(
        clip(value), settings.error, why, claim=all(study.independence == "self" for study in studies)
    )


def _order(study: Study) -> tuple[str, ...]:
    return study.independence, study.city or "", study.source or "", study.sign


def strength(study: Study, settings: EvidenceSettings) -> float:
    """q · ind of one study."""
    return settings.quality[study.sms] * settings.independence[study.independence]


def replication(cities: int, settings: EvidenceSettings) -> float:
    """What positive studies in further cities add: min(.20, .10 · (cities − 1)), never below 0."""
    return min(settings.replication_most, settings.replication * max(0, cities - 1))


def deductions(studies: Sequence[Study], settings: EvidenceSettings) -> float:
    """What contradiction among studies that count, and the absence of any precise study, take away."""
    signs = {study.sign for study in studies if study.sms >= settings.counts_from}
    conflict = settings.conflict if {"+", "-"} <= signs else 0.0
    return conflict + (0.0 if any(study.precise for study in studies) else settings.imprecision)


def positive_cities(studies: Sequence[Study], sms: int, *, told_by_others: bool = False) -> set[str]:
    """The named cities with a positive study of at least that SMS, perhaps without self-reports."""
    return {
        study.city.casefold()
        for study in studies
        if study.city
        and study.sign == "+"
        and study.sms >= sms
        and not (told_by_others and study.independence == "self")
    }


def evidence_level(studies: Sequence[Study]) -> int:
    """Nesta's standards of evidence, 1–5, derived and never typed in (framework, *Evidence label*)."""
    independent = [study for study in studies if study.independence == "independent" and study.sms >= 3]
    spread = len(positive_cities(studies, 2)) >= 3
    if spread and _seen_by_others(studies) and any(study.sign == "+" for study in independent):
        return 5
    if independent:
        return 4
    if any(study.sms >= 3 for study in studies):
        return 3
    return 2 if any(study.sms >= 1 and study.sign == "+" for study in studies) else 1


def _seen_by_others(studies: Sequence[Study]) -> bool:
    return len(positive_cities(studies, 2, told_by_others=True)) >= 2


def harm(studies: Sequence[Study], framework: Framework) -> bool:
    """Whether the primary KPI moved the wrong way in a study that counts (SMS ≥ 2)."""
    least = framework.evaluation.evidence.counts_from
    return any(study.primary and study.sign == "-" and study.sms >= least for study in studies)


def cap(studies: Sequence[Study], framework: Framework) -> float:
    """The most the evaluation can reach: 20 after harm, 60 without a study above SMS 0, else 100."""
    caps = framework.evaluation.caps
    claim = caps.claim if all(study.sms == 0 for study in studies) else 100.0
    return min(claim, caps.harm) if harm(studies, framework) else claim
