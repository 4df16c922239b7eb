"""The rules of the seven criteria and of the solution's own dimensions, as tables."""

import pytest

from services.scoring.domain.evaluation.criteria import (
    citizens,
    delivery,
    effect,
    problem_definition,
    reusability,
)
from services.scoring.domain.evaluation.evidence import cap, evidence, evidence_level, harm
from services.scoring.domain.risk import (
    cost_and_time,
    first_mover,
    immaturity,
    law,
    lock_in,
)
from services.scoring.domain.rule_results import UNIFORM_ERROR, KnownValue, UnknownValue, Value
from shared.facts import Citizens, Delivery, Kpi, Legal, LockIn, Maturity, Problem, Reuse, Study, Verification
from tests.unit.scoring.cases import FRAMEWORK


def known(value: Value) -> KnownValue:
    assert isinstance(value, KnownValue)
    return value


def study(sms: int, sign: str = "+", who: str = "self", city: str | None = "A", **rest: object) -> Study:
    return Study.model_validate({"sms": sms, "sign": sign, "independence": who, "city": city, **rest})


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Problem(statement="Vans", people_affected=0, why_now="Law"), 0.6),
        (Problem(statement="Vans"), 0.2),
        (Problem(statement="", why_now=""), 0.0),
    ],
)
def test_the_problem_counts_the_items_that_are_there(said: Problem, expected: float) -> None:
    assert known(problem_definition(said, FRAMEWORK)).value == pytest.approx(expected)


def test_nothing_said_of_the_problem_is_unknown() -> None:
    assert isinstance(problem_definition(Problem(), FRAMEWORK), UnknownValue)


@pytest.mark.parametrize(
    ("studies", "expected"),
    [
        ([study(5, who="independent", precise=True)], 1.0),
        ([study(3, who="commissioned", precise=True)], 0.495),
        ([study(3, who="self", precise=True)], 0.44),
        ([study(3, who="self")], 0.34),
        ([study(0)], 0.0),
        ([study(3, who="independent", precise=True), study(2, "-", city="B")], 0.40),
        ([study(3, who="independent", precise=True), study(1, "-", city="B")], 0.55),
        ([study(2, city=city, precise=True) for city in "ABCDE"], 0.44),
        ([study(2, city=None, precise=True), study(2, city=None)], 0.24),
        ([study(2, city="york", precise=True), study(2, city="York")], 0.24),
    ],
)
def test_evidence_adds_cities_and_takes_off_doubt(studies: list[Study], expected: float) -> None:
    assert known(evidence(studies, FRAMEWORK)).value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("studies", "level"),
    [
        ([], 1),
        ([study(0)], 1),
        ([study(1, "-")], 1),
        ([study(1)], 2),
        ([study(3)], 3),
        ([study(3, who="independent")], 4),
        ([study(3, who="independent"), study(2, city="B"), study(2, city="C")], 4),
        ([study(3, who="independent"), study(2, who="commissioned", city="B"), study(2, city="C")], 5),
        ([study(3, "0", "independent"), *(study(2, who="commissioned", city=c) for c in "BCD")], 4),
    ],
)
def test_the_level_of_evidence_is_derived(studies: list[Study], level: int) -> None:
    assert evidence_level(studies) == level


@pytest.mark.parametrize(
    ("studies", "most", "harmful"),
    [
        ([], 60, False),
        ([study(0)], 60, False),
        ([study(1)], 100, False),
        ([study(2, "-")], 20, True),
        ([study(2, "-", primary=False)], 100, False),
        ([study(1, "-")], 100, False),
    ],
)
def test_harm_and_claims_cap_the_evaluation(studies: list[Study], most: float, harmful: bool) -> None:
    assert cap(studies, FRAMEWORK) == most
    assert harm(studies, FRAMEWORK) == harmful


def kpi(target: float | None, observed: float | None, baseline: float = 100.0, who: str = "self") -> Kpi:
    return Kpi(
        name="k",
        unit="u",
        baseline=baseline,
        target=target,
        observed=observed,
        verification=Verification(who),
    )


@pytest.mark.parametrize(
    ("kpis", "expected"),
    [
        ([kpi(50, 50, who="independent")], 2 / 3),
        ([kpi(50, 75)], (0.25 + 1) / 2.5),
        ([kpi(50, 120)], 1 / 2.5),
        ([kpi(None, 110)], (0.25 * 0.5 + 1) / 2.25),
        ([kpi(50, 50), kpi(50, None)], 1.5 / 2.5),
    ],
)
def test_effect_is_what_was_reached_shrunk_to_one_half(kpis: list[Kpi], expected: float) -> None:
    assert known(effect(kpis, FRAMEWORK)).value == pytest.approx(expected)


@pytest.mark.parametrize("kpis", [[], [kpi(50, None)], [kpi(100, 90)], [kpi(None, 5, baseline=0)]])
def test_an_effect_that_cannot_be_computed_is_unknown(kpis: list[Kpi]) -> None:
    assert isinstance(effect(kpis, FRAMEWORK), UnknownValue)


def test_the_error_of_effect_is_as_specified() -> None:
    found = known(effect([kpi(50, 50, who="independent")], FRAMEWORK))
    assert found.error == pytest.approx((2 / 3 * 1 / 3 / 4) ** 0.5)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Delivery(planned_cost=100, actual_cost=90, planned_months=10, actual_months=10), 0.75),
        (Delivery(planned_cost=100, actual_cost=100), 2 / 3),
        (Delivery(planned_cost=100, actual_cost=110), 1.5 / 3),
        (Delivery(planned_cost=100, actual_cost=150, project_class="equipment_development"), 1.75 / 3),
        (Delivery(planned_months=10, actual_months=20, project_class="standard_buildings"), 1 / 3),
    ],
)
def test_delivery_measures_overrun_by_the_class(said: Delivery, expected: float) -> None:
    assert known(delivery(said, FRAMEWORK)).value == pytest.approx(expected)


def test_a_plan_without_an_actual_is_unknown() -> None:
    assert isinstance(delivery(Delivery(planned_cost=3), FRAMEWORK), UnknownValue)


def test_citizens_mix_involvement_and_answers() -> None:
    found = known(citizens(Citizens(involvement=3, answers=80, positive=60), FRAMEWORK))
    assert found.value == pytest.approx(0.4 * 0.75 + 0.6 * 0.7419, abs=1e-4)
    assert found.error == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("said", "value"),
    [(Citizens(involvement=0), 0.18), (Citizens(involvement=4, answers=0, positive=0), 0.58)],
)
def test_no_answers_are_a_missing_part(said: Citizens, value: float) -> None:
    found = known(citizens(said, FRAMEWORK))
    assert found.value == pytest.approx(value)
    assert found.error == pytest.approx(0.6 * UNIFORM_ERROR)


def test_nobody_asked_is_unknown() -> None:
    assert isinstance(citizens(Citizens(answers=0, positive=0), FRAMEWORK), UnknownValue)
    assert isinstance(citizens(Citizens(), FRAMEWORK), UnknownValue)


def test_unknown_items_of_reuse_widen() -> None:
    found = known(reusability(Reuse(blueprint=True, licence=False), FRAMEWORK))
    assert found.value == pytest.approx(1 / 8)
    assert found.error == pytest.approx(0.289 * 6 / 8, abs=1e-12)
    assert isinstance(reusability(Reuse(), FRAMEWORK), UnknownValue)


@pytest.mark.parametrize(
    ("trl", "srl", "expected"),
    [(1, 9, 1), (3, None, 1), (4, 5, 0.85), (6, 6, 0.7), (7, 9, 0.5), (9, 8, 0.25), (None, 9, 0.1)],
)
def test_the_less_mature_readiness_counts(trl: int | None, srl: int | None, expected: float) -> None:
    assert known(immaturity(Maturity(trl=trl, srl=srl), FRAMEWORK)).value == expected


def test_lock_in_and_law_take_unknown_items_as_one_half() -> None:
    assert known(lock_in(LockIn(open_interfaces=True, free_export=False), FRAMEWORK)).value == pytest.approx(
        0.5
    )
    assert known(law(Legal(legal_basis=True, accessibility=True), FRAMEWORK)).value == pytest.approx(0.3)
    assert isinstance(law(Legal(), FRAMEWORK), UnknownValue)


def test_what_is_unknown_stays_unknown_as_a_risk() -> None:
    assert isinstance(immaturity(Maturity(), FRAMEWORK), UnknownValue)
    assert isinstance(cost_and_time(UnknownValue(), FRAMEWORK), UnknownValue)
    assert isinstance(first_mover(None, None, FRAMEWORK), UnknownValue)


def test_the_risk_to_cost_and_time_is_what_delivery_lacks() -> None:
    good = delivery(Delivery(planned_cost=100, actual_cost=100), FRAMEWORK)
    assert known(cost_and_time(good, FRAMEWORK)).value == pytest.approx(1 / 3)
