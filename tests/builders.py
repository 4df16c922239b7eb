"""Whole, valid facts and messages for tests; name what your test is about, leave the rest.

``a_need(stage="open")`` is a need like any other, in that stage. A misspelt name is an error.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeVar

from services.notifications.domain.officials import Official
from shared import events, facts

F = TypeVar("F", bound=facts.Fact)

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)  # a Friday morning
KRAKOW, TAMPERE, YORK = "3094802", "634963", "2633352"
CPV = {"scheme": "CPV", "id": "63712000"}
RECORDED = {"revision": 1, "state": "published", "recorded": NOW}


def _whole(model: type[F], usual: Mapping[str, object], changes: Mapping[str, object]) -> F:
    """The usual one with ``changes``; raises TypeError for a name that the model has not."""
    if unknown := changes.keys() - model.model_fields.keys():
        raise TypeError(f"{model.__name__} has no {', '.join(sorted(unknown))}")
    return model.model_validate({**usual, **changes})


def a_city(**changes: object) -> facts.CityProfile:
    usual = {
        "id": KRAKOW,
        "name": "Kraków",
        "country": "PL",
        "timezone": "Europe/Warsaw",
        "languages": ["pl"],
    }
    return _whole(facts.CityProfile, usual, changes)


def a_need(**changes: object) -> facts.Need:
    usual = {"id": "need-1", "city": KRAKOW, "title": "Quieter deliveries", "topics": [CPV], "stage": "early"}
    return _whole(facts.Need, usual, changes)


def a_solution(**changes: object) -> facts.Solution:
    """A solution of Tampere with problem, baseline and owner, so that intake takes it."""
    baseline = {"kpi": "Stops per day", "value": 120, "unit": "stops", "date": "2024-05-31"}
    problem = {"code": CPV, "statement": "Vans block the street.", "service_owner": "Transport"}
    usual = {"id": "sol-1", "city": TAMPERE, "title": "Night-time freight", "topics": [CPV]}
    return _whole(facts.Solution, {**usual, "problem": {**problem, "baseline": baseline}}, changes)


def a_study(**changes: object) -> facts.Study:
    return _whole(
        facts.Study, {"sms": 3, "independence": "independent", "city": "Tampere", "sign": "+"}, changes
    )


def a_kpi(**changes: object) -> facts.Kpi:
    usual = {"name": "Stops per day", "unit": "stops", "baseline": 120, "target": 60, "observed": 66}
    return _whole(facts.Kpi, usual, changes)


def a_unit(**changes: object) -> facts.Unit:
    return _whole(facts.Unit, {"id": "unit-1", "name": "A night rule", "dimension": "organisation"}, changes)


def a_failure(**changes: object) -> facts.FailureRecord:
    usual = {
        "expectation": "Half the vans",
        "result": "Four per cent",
        "cause": "citizens",
        "kept": "The counts",
    }
    return _whole(facts.FailureRecord, usual, changes)


def an_implementation(**changes: object) -> facts.Implementation:
    usual = {"solution": "sol-1", "city": TAMPERE, "outcome": "succeeded", "ended": "2025-06-30"}
    return _whole(facts.Implementation, usual, changes)


def an_adoption(**changes: object) -> facts.Adoption:
    usual = {"solution": "sol-2", "city": KRAKOW, "kind": "adapted", "parent": "sol-1"}
    return _whole(facts.Adoption, usual, changes)


def an_official(**changes: object) -> Official:
    usual = {"id": "official-1", "name": "Maja", "email": "maja@example.org", "city": KRAKOW, "post": "Lead"}
    return _whole(Official, {**usual, "status": "active"}, changes)


def an_assessment(**changes: object) -> events.Assessment:
    numbers = {"evaluation": (71, 64, 78), "risk": (27, 12, 51), "transferability": (62, 40, 80)}
    estimates = {name: {"value": v, "low": low, "high": high} for name, (v, low, high) in numbers.items()}
    known = {"coverage": 0.8, "grade": "A", "evidence_level": 4, "band": "Ready to adapt", "robust": True}
    usual = {"framework": "1", "as_of": NOW, "base_risk": 33, "learning": 0, **estimates, **known}
    return _whole(events.Assessment, usual, changes)


def a_match(**changes: object) -> events.Match:
    usual = {"need": "need-1", "need_title": "Quieter deliveries", "city": KRAKOW, "city_name": "Kraków"}
    rest = {"fit": 82, "relevance": 1, "assessment": an_assessment(), "agreed_risk": 1 / 3}
    return _whole(events.Match, {**usual, **rest}, changes)


def a_brief(**changes: object) -> events.Brief:
    return _whole(events.Brief, {"solution": a_solution(), "city_name": "Tampere"}, changes)


def a_peer(**changes: object) -> events.Peer:
    return _whole(
        events.Peer, {"city": YORK, "name": "York", "outcome": "failed", "similarity": 0.7}, changes
    )


def solution_recorded(**changes: object) -> events.SolutionRecorded:
    return _whole(events.SolutionRecorded, {**RECORDED, "solution": a_solution()}, changes)


def need_recorded(**changes: object) -> events.NeedRecorded:
    return _whole(events.NeedRecorded, {**RECORDED, "need": a_need()}, changes)


def outcome_recorded(**changes: object) -> events.OutcomeRecorded:
    return _whole(events.OutcomeRecorded, {**RECORDED, "implementation": an_implementation()}, changes)


def adoption_recorded(**changes: object) -> events.AdoptionRecorded:
    return _whole(events.AdoptionRecorded, {**RECORDED, "adoption": an_adoption()}, changes)


def city_recorded(**changes: object) -> events.CityRecorded:
    return _whole(events.CityRecorded, {**RECORDED, "city": a_city()}, changes)


def solution_scored(**changes: object) -> events.SolutionScored:
    usual = {"solution": "sol-1", "revision": 1, "assessment": an_assessment(), "material": True}
    return _whole(events.SolutionScored, usual, changes)


def solution_matched(**changes: object) -> events.SolutionMatched:
    usual = {"revision": 1, "brief": a_brief(), "matches": (a_match(),), "matched": NOW}
    return _whole(events.SolutionMatched, usual, changes)


def warning_raised(**changes: object) -> events.WarningRaised:
    usual = {
        "city": KRAKOW,
        "city_name": "Kraków",
        "need": a_need(),
        "brief": a_brief(),
        "failed_in": a_peer(),
    }
    return _whole(events.WarningRaised, {**usual, "raised": NOW}, changes)
