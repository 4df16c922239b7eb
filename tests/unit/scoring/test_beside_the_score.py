"""What stands beside a score: learning, portfolio, candour, calibration, the follower's window, flags."""

from datetime import timedelta

import pytest
from scipy import stats

from services.scoring.domain.alerts import why_it_worked, window
from services.scoring.domain.assessment import assess
from services.scoring.domain.calibration import Forecast, calibrate, forecast
from services.scoring.domain.city_commitments import candour, portfolio, sharing
from services.scoring.domain.comparison import comparison
from services.scoring.domain.flags import flags
from services.scoring.domain.learning import learning
from services.scoring.domain.message_catalogue import ENGLISH, MessageFormatter, say
from services.scoring.domain.rule_results import wilson
from services.scoring.domain.score_changes import changes, material
from services.scoring.domain.track_record import WeighedAttempt
from shared.facts import (
    Component,
    Delivery,
    Kpi,
    LockIn,
    Outcome,
    Solution,
    Study,
    Verification,
)
from tests.builders import a_city, a_failure, an_adoption, an_assessment, an_implementation
from tests.unit.scoring.cases import FRAMEWORK, NOW, TODAY

NINE = a_failure(
    first_warning_sign="Empty bays",
    decision_to_change="Ask first",
    conditions="A pedestrian street",
    evidence="Report",
    contact="Transport",
)


def test_nine_verified_fields_teach_ninety_points() -> None:
    assert learning(NINE, Verification.INDEPENDENT, FRAMEWORK) == 90
    assert learning(NINE, Verification.SELF, FRAMEWORK) == pytest.approx(72)
    assert learning(None, Verification.SELF, FRAMEWORK) == 0


def test_learning_does_not_look_at_the_evaluation() -> None:
    tried = [an_implementation(outcome="failed", failure=NINE, verification="independent")]
    poor = Solution(id="s", city="York", title="T")
    rich = poor.model_copy(update={"studies": (Study(sms=5, independence="independent", sign="+"),)})
    first, second = (assess(each, tried, FRAMEWORK, NOW) for each in (poor, rich))
    assert first.learning == second.learning == 90
    assert first.evaluation.value < second.evaluation.value


def test_a_portfolio_is_exact_for_unequal_risks() -> None:
    found = portfolio([0.1, 0.5, 0.9], 1 / 3)
    assert found.chances == pytest.approx((0.045, 0.455, 0.455, 0.045))
    assert found.expected == pytest.approx(1.5)
    assert found.agreed == pytest.approx(1)
    assert found.beyond == pytest.approx(0.5)


def test_a_portfolio_without_projects_has_no_failures() -> None:
    assert portfolio([], 1 / 3).chances == (1.0,)


def test_a_percentage_is_no_risk() -> None:
    with pytest.raises(ValueError, match="divide a percentage by 100"):
        portfolio([33.0], 0.3)


@pytest.mark.parametrize(
    ("ended", "failed", "noticed"), [(9, 0, True), (3, 0, False), (9, 1, False), (0, 0, False)]
)
def test_candour_asks_when_no_failure_is_improbable(ended: int, failed: int, noticed: bool) -> None:
    found = candour(ended, failed, 1 / 3, FRAMEWORK)
    assert (found is not None) == noticed
    if found:
        assert found.chance == pytest.approx(0.026, abs=5e-4)
        assert "2.6 %" in say(found.saying.message, found.saying.parameters)


def test_wilson_agrees_with_scipy() -> None:
    z = float(stats.norm.ppf(0.95))
    for positive, answers in ((0, 1), (3, 7), (60, 80), (500, 500)):
        centre, half = wilson(positive, answers, z)
        expected = stats.binomtest(positive, answers).proportion_ci(0.90, method="wilson")
        assert [centre - half, centre + half] == pytest.approx([float(expected.low), float(expected.high)])


def test_calibration_compares_what_was_said_with_what_came() -> None:
    found = calibrate([Forecast(0.8, 1), Forecast(0.85, 0), Forecast(0.1, 0), Forecast(0.1, 0.5)], FRAMEWORK)
    assert found is not None
    assert found.brier == pytest.approx((0.04 + 0.7225 + 0.01 + 0.16) / 4)
    assert [(each.low, each.number, each.observed) for each in found.bins] == [(0.1, 2, 0.25), (0.8, 2, 0.5)]
    assert found.reference == pytest.approx((2 * 0.375**2 + 0.625**2 + 0.125**2) / 4)
    assert calibrate([], FRAMEWORK) is None


@pytest.mark.parametrize(("outcome", "failed"), [("succeeded", 0), ("partial", 0.5), ("abandoned", 1)])
def test_a_forecast_is_judged_once_it_has_ended(outcome: str, failed: float) -> None:
    assert forecast(40, Outcome(outcome), FRAMEWORK) == Forecast(0.4, failed)
    assert forecast(40, Outcome.RUNNING, FRAMEWORK) is None


def test_the_window_opens_on_the_third_ended_implementation() -> None:
    old = TODAY - timedelta(days=400)
    tried = [
        an_implementation(city="A", ended=old),
        an_implementation(city="B", outcome="failed", failure=a_failure(), ended=TODAY),
        an_implementation(city="C", outcome="running", ended=None),
    ]
    assert not window(tried, FRAMEWORK, TODAY).open
    third = [*tried[:2], an_implementation(city="C", ended=TODAY)]
    assert window(third, FRAMEWORK, TODAY).open
    untold = [third[0], an_implementation(city="B", outcome="failed", ended=TODAY), third[2]]
    assert not window(untold, FRAMEWORK, TODAY).open
    young = [third[1], third[2], an_implementation(city="A", ended=TODAY - timedelta(days=300))]
    assert not window(young, FRAMEWORK, TODAY).open


def test_why_it_worked_sets_components_against_outcomes() -> None:
    adoptions = [an_adoption(city="A", kept=["Sensors"]), an_adoption(city="B", dropped=["Sensors"])]
    tried = [an_implementation(city="A"), an_implementation(city="B", outcome="failed")]
    (found,) = why_it_worked([Component(name="Sensors")], adoptions, tried)
    assert found.outcomes == {"kept": {Outcome.SUCCEEDED: 1}, "changed": {}, "dropped": {Outcome.FAILED: 1}}


def test_a_pledge_of_fifteen_and_an_actual_of_six_is_forty_per_cent() -> None:
    found = sharing(a_city(sharing_pledge=0.15, sharing_spent=0.06), 3, FRAMEWORK)
    assert found.kept == pytest.approx(0.4)
    assert found.per_adoption == pytest.approx(0.02)
    assert found.beside == "below"
    nothing = sharing(a_city(), 0, FRAMEWORK)
    assert (nothing.kept, nothing.per_adoption, nothing.beside) == (None, None, None)


def test_each_flag_has_a_value_does_not_apply_or_cannot_be_computed() -> None:
    said = Solution(
        id="s",
        city="York",
        title="T",
        delivery=Delivery(planned_cost=100, actual_cost=130),
        kpis=(Kpi(name="k", unit="u", baseline=1, target=2),),
        lockin=LockIn(open_interfaces=True),
    )
    tried = [
        WeighedAttempt("A", Outcome.SUCCEEDED),
        WeighedAttempt("B", Outcome.FAILED, Verification.INDEPENDENT),
    ]
    found = {each.name: each for each in flags(said, tried, FRAMEWORK)}
    states = {name: (each.state, each.raised) for name, each in found.items()}
    assert states == {
        "cost_overrun": ("value", True),
        "time_overrun": ("not_computable", False),
        "self_reported": ("value", False),
        "overdue": ("not_applicable", False),
        "not_measured": ("value", True),
        "locked_in": ("value", False),
    }


def test_the_comparison_sheet_marks_claims() -> None:
    told = Solution(
        id="told", city="York", title="T", studies=(Study(sms=1, sign="+"),), lockin=LockIn(suppliers=True)
    )
    seen = told.model_copy(
        update={"id": "seen", "studies": (Study(sms=3, independence="independent", sign="+"),)}
    )
    sold = told.model_copy(update={"id": "sold", "origin": "catalogue"})
    sheet = comparison({each.id: (each, assess(each, (), FRAMEWORK, NOW)) for each in (told, seen, sold)})
    rows = {(row.score, row.key): row.cells for row in sheet}
    evidence, lockin = rows["evaluation", "evidence"], rows["risk", "lockin"]
    assert {name: cell.claim for name, cell in evidence.items()} == {
        "told": True,
        "seen": False,
        "sold": True,
    }
    assert {name: cell.claim for name, cell in lockin.items()} == {"told": False, "seen": False, "sold": True}
    assert all(
        cell.claim or not cell.known for cells in rows.values() for cell in [cells.get("sold")] if cell
    )


def test_a_claim_never_exceeds_sixty() -> None:
    best = Solution.model_validate(
        {
            "id": "s",
            "city": "York",
            "title": "T",
            "problem": {"statement": "a", "people_affected": 1, "service_owner": "b", "why_now": "c"},
            "studies": [{"sms": 0, "sign": "+", "precise": True}],
            "kpis": [{"name": "k", "unit": "u", "baseline": 0, "target": 1, "observed": 1}] * 50,
            "delivery": {"planned_cost": 1, "actual_cost": 1, "planned_months": 1, "actual_months": 1},
            "citizens": {"involvement": 4, "answers": 900, "positive": 900},
            "reuse": dict.fromkeys(["blueprint", "cost_breakdown", "contract_documents", "licence"], True),
        }
    )
    tried = [an_implementation(city=str(each), verification="independent") for each in range(40)]
    found = assess(best, tried, FRAMEWORK, NOW)
    assert found.evaluation.value == found.evaluation.high == 60
    assert found.evaluation_contributions[-1].key == "cap"


def test_a_change_matters_when_the_band_changes_or_a_point_leaves_its_interval() -> None:
    before = an_assessment()
    assert not material(before, before)
    assert changes(before, before) == ()
    other = an_assessment(band="Adapt with changes")
    assert material(before, other)
    assert changes(before, other) == ("The advice changed from “Ready to adapt” to “Adapt with changes”.",)
    inside = an_assessment(risk={"value": 40, "low": 20, "high": 60})
    assert not material(before, inside)
    assert changes(before, inside) == ("Risk moved from 27.0 to 40.0.",)
    outside = an_assessment(risk={"value": 52, "low": 20, "high": 60})
    assert material(before, outside)
    assert changes(before, outside) == ("Risk moved from 27.0 to 52.0, outside the old interval.",)


def test_a_change_names_what_drove_it() -> None:
    said = Solution(id="s", city="York", title="T")
    more = said.model_copy(
        update={"studies": (Study(sms=4, independence="independent", sign="+", precise=True),)}
    )
    before, after = (assess(each, (), FRAMEWORK, NOW) for each in (said, more))
    assert "Evidence changed Evaluation by +12.5 points." in changes(before, after)


def test_every_sentence_can_be_translated_as_a_whole() -> None:
    shouting = {key: value.upper() for key, value in ENGLISH.items() if "." in key}
    shout = MessageFormatter({**ENGLISH, **shouting}).say
    assert shout(
        "given", {"what": "reuse", "strength": "5", "points": 9.0, "of": 10.0, "source": "plan"}
    ) == ("REUSABILITY is VERY STRONG: 9.0 of 10 points (source: PLANNED AND ACTUAL FIGURES).")
    with pytest.raises(KeyError):
        say("no such sentence", {})
