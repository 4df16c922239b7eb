"""Evaluators: who was asked, what becomes of a recommendation, and how it becomes a study of the city."""

from datetime import date, timedelta

import pytest

from services.notifications.domain.desk.evaluations import (
    EvidenceDecision,
    Recommendation,
    SolutionEvaluation,
    assigned,
    may_evaluate,
    study_of,
    takes_evidence,
    with_study,
)
from services.notifications.domain.desk.records import OwnRecord
from shared.facts import Study
from shared.visibility import UNTIL_TRANSITION
from tests.builders import KRAKOW, NOW, TAMPERE, a_solution, a_study, an_official

ASKS = an_official(id="lead", city=TAMPERE, post="Head of mobility", email="lead@tampere.example")
EVALUATOR = an_official(
    id="judge", city=KRAKOW, post="Statistics office", name="Ewa", email="ewa@krakow.example"
)
OPINION = Recommendation(
    sms=3, sign="+", reason="Counts before and after, beside a street without it.", at=NOW
)


def asked(**changes: object) -> SolutionEvaluation:
    one = assigned("sol-1", TAMPERE, EVALUATOR, ASKS, NOW, by_operator=True)
    return one.model_copy(update=changes)


def record(**changes: object) -> OwnRecord:
    return OwnRecord("solution", "sol-1", TAMPERE, a_solution(**changes), "published", 4)


def test_the_same_person_is_asked_about_a_solution_once() -> None:
    later = assigned("sol-1", TAMPERE, EVALUATOR, ASKS, NOW + timedelta(days=9), by_operator=False)
    assert later.id == asked().id
    other = EVALUATOR.model_copy(update={"email": "new@krakow.example"})
    assert assigned("sol-1", TAMPERE, other, ASKS, NOW, by_operator=False).id != asked().id


@pytest.mark.parametrize(
    ("changes", "is_of"),
    [({}, True), ({"email": "new@krakow.example"}, False), ({"name": "Adam"}, False), ({"id": "x"}, False)],
)
def test_who_takes_the_post_over_is_not_who_was_asked(changes: dict[str, str], is_of: bool) -> None:
    assert asked().is_of(EVALUATOR.model_copy(update=changes)) is is_of


@pytest.mark.parametrize(
    ("status", "may"), [("active", True), ("pending", False), ("paused", False), ("left", False)]
)
def test_only_who_confirmed_the_address_and_holds_the_post_is_asked(status: str, may: bool) -> None:
    assert may_evaluate(EVALUATOR.model_copy(update={"status": status})) is may


def test_a_recommendation_waits_until_the_city_decides_and_a_new_one_waits_again() -> None:
    recommended = asked().recommended(OPINION)
    assert (asked().waits, recommended.waits) == (False, True)
    decided = recommended.decided(EvidenceDecision(accepted=False, by="Lead", at=NOW))
    assert not decided.waits
    again = decided.recommended(OPINION)
    assert (again.waits, again.version) == (True, 4)


def test_an_evaluation_ends_once_and_may_begin_anew() -> None:
    ended = asked().ended_at(NOW)
    assert (ended.open, ended.waits) == (False, False)
    assert ended.ended_at(NOW + timedelta(days=1)) == ended
    assert ended.again("Lead", NOW).open
    assert asked().again("Lead", NOW) == asked()


@pytest.mark.parametrize(("city", "independence"), [(KRAKOW, "independent"), (TAMPERE, "self")])
def test_a_study_names_the_post_and_its_city_and_no_person(city: str, independence: str) -> None:
    study = study_of(asked(city=city).recommended(OPINION), "Kraków")
    assert study is not None
    assert (study.sms, study.sign, study.city, study.independence) == (3, "+", city, independence)
    assert study.source == f"Evaluation by Statistics office, Kraków, {NOW:%Y-%m-%d}"
    assert study_of(asked(), "Kraków") is None


def test_the_city_takes_a_study_once_and_a_newer_one_of_the_same_post_in_its_place() -> None:
    study = study_of(asked().recommended(OPINION), "Kraków")
    assert study is not None
    said = with_study(record(studies=[a_study()]), study)
    assert said is not None
    assert (said.studies, said.based_on) == ((a_study(), study), 4)
    assert with_study(record(studies=[study]), study) is None
    newer = study_of(asked().recommended(OPINION.model_copy(update={"sms": 2})), "Kraków")
    assert newer is not None
    replaced = with_study(record(studies=[study, a_study()]), newer)
    assert replaced is not None
    assert replaced.studies == (a_study(), newer)


@pytest.mark.parametrize(
    "changes",
    [{"fact": None}, {"state": "draft"}, {"state": "withdrawn"}],
    ids=["unknown", "draft", "withdrawn"],
)
def test_what_is_not_known_a_draft_or_withdrawn_takes_no_study(changes: dict[str, object]) -> None:
    own = record()._replace(**changes)  # type: ignore[arg-type]
    assert not takes_evidence(own)
    assert with_study(own, Study(sms=3, sign="+")) is None


@pytest.mark.parametrize(
    ("until", "told"),
    [
        (None, (None, False)),
        (date(2027, 1, 31), (date(2027, 1, 31), False)),
        (UNTIL_TRANSITION, (None, True)),
    ],
)
def test_what_is_kept_back_stays_kept_back(until: date | None, told: tuple[date | None, bool]) -> None:
    said = with_study(record()._replace(state="confirmed", embargo_until=until), Study(sms=3, sign="+"))
    assert said is not None
    assert (said.embargo_until, said.embargo_until_transition) == told
