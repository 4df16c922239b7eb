"""Every vector of the framework's specification, to the digits it prints."""

import pytest

from services.scoring.domain.city_commitments import portfolio
from services.scoring.domain.evaluation.evidence import evidence, evidence_level
from services.scoring.domain.evaluation.total import evaluate
from services.scoring.domain.framework import Criterion, Dimension, Transfer
from services.scoring.domain.match_assessment import fit_points
from services.scoring.domain.risk import first_mover, risk, shadow
from services.scoring.domain.rule_results import KnownValue, MessageReference, UnknownValue, Value, wilson
from services.scoring.domain.track_record import SuccessDistribution, WeighedAttempt, record
from services.scoring.domain.transferability import Bounded, transferability
from shared.facts import Outcome, Study, Verification
from tests.unit.scoring.cases import FRAMEWORK

CRITERIA: tuple[Criterion, ...] = tuple(FRAMEWORK.evaluation.weights)
DIMENSIONS: tuple[Dimension, ...] = tuple(FRAMEWORK.risk.coefficients)
WHY = MessageReference("given")


def near(expected: float, digits: int = 1) -> object:
    """Equal to what the specification prints."""
    return pytest.approx(expected, abs=0.51 * 10**-digits)


def independent(outcome: Outcome, times: int) -> list[WeighedAttempt]:
    return [WeighedAttempt(f"{outcome}-{each}", outcome, Verification.INDEPENDENT) for each in range(times)]


def test_the_prior_expects_one_failure_in_three() -> None:
    prior = record([], FRAMEWORK.track_record)
    assert prior.success == near(0.667, 3)
    assert prior.interval == (near(0.343, 3), near(0.924, 3))


def test_the_prior_alone_gives_a_risk_of_a_third_and_wide() -> None:
    unknown: dict[Dimension, Value] = dict.fromkeys(DIMENSIONS, UnknownValue())
    found = risk(SuccessDistribution(4, 2), unknown, FRAMEWORK)
    assert (found.value, found.low, found.high) == (near(33.3), near(7.1), near(76.6))


def test_one_fresh_self_reported_success_weighs_one_half() -> None:
    assert record([WeighedAttempt("York", Outcome.SUCCEEDED)], FRAMEWORK.track_record) == SuccessDistribution(
        4.5, 2
    )


def test_seven_successes_and_two_failures_with_average_dimensions() -> None:
    attempts = independent(Outcome.SUCCEEDED, 7) + independent(Outcome.FAILED, 2)
    known = record(attempts, FRAMEWORK.track_record)
    assert known == SuccessDistribution(11, 4)
    average: dict[Dimension, Value] = dict.fromkeys(DIMENSIONS, KnownValue(0.5, 0.1, WHY))
    found = risk(known, average, FRAMEWORK)
    assert (found.value, found.low, found.high) == (near(26.7), near(11.1), near(51.5))


def test_sixty_of_eighty_positive_answers() -> None:
    centre, half = wilson(60, 80, FRAMEWORK.interval)
    assert (centre, centre - half, centre + half) == (near(0.742, 3), near(0.663, 3), near(0.821, 3))


def test_three_cities_with_one_independent_precise_study() -> None:
    studies = (
        Study(sms=3, independence="independent", city="A", sign="+", precise=True),
        Study(sms=2, independence="self", city="B", sign="+"),
        Study(sms=2, independence="self", city="C", sign="+"),
    )
    found = evidence(studies, FRAMEWORK)
    assert isinstance(found, KnownValue)
    assert found.value == pytest.approx(0.75)
    assert evidence_level(studies) == 4


def test_evaluation_from_seven_values() -> None:
    numbers = (0.8, 0.75, 0.7, 0.6, 11 / 15, 0.62, 0.75)
    errors = (0.1, 0.1, 0.12, 0.1, 0.111, 0.08, 0.05)
    values: dict[Criterion, Value] = {
        key: KnownValue(v, s, WHY) for key, v, s in zip(CRITERIA, numbers, errors, strict=True)
    }
    found = evaluate(values, FRAMEWORK)
    assert (found.value, found.low, found.high) == (near(71.5), near(64.5), near(78.4))
    assert found.coverage == pytest.approx(1)
    assert found.grade == "A"


def test_nothing_known_is_thirty_and_wide() -> None:
    found = evaluate(dict.fromkeys(CRITERIA, UnknownValue()), FRAMEWORK)
    assert (found.value, found.low, found.high) == (near(30.0), near(10.7), near(49.3))
    assert (found.coverage, found.grade) == (0, "D")


def test_transferability_names_its_limit() -> None:
    points: dict[Transfer, float] = {
        "organisation": 0.55,
        "resources": 0.40,
        "economy": 0.75,
        "citizens": 0.70,
    }
    found = transferability({key: Bounded(t, t, t, 1, 1) for key, t in points.items()}, FRAMEWORK)
    assert found.value == near(50.4)
    assert found.weakest == "resources"


@pytest.mark.parametrize(
    ("election", "delivery", "anchors", "expected"),
    [(10, 12, 0, 1), (10, 12, 2, 0.49), (30, 12, 0, 0.25), (12, 12, 0, 1), (36, 12, 0, 0)],
)
def test_an_election_casts_a_shadow(election: float, delivery: float, anchors: int, expected: float) -> None:
    assert shadow(election, delivery, anchors, FRAMEWORK.risk) == pytest.approx(expected)


@pytest.mark.parametrize(("ended", "expected"), [(0, 1), (3, 0.5), (9, 0.25)])
def test_the_first_mover_bears_the_most(ended: int, expected: float) -> None:
    found = first_mover(independent(Outcome.PARTIAL, ended), None, FRAMEWORK)
    assert isinstance(found, KnownValue)
    assert found.value == pytest.approx(expected)


def test_nine_projects_at_one_third() -> None:
    found = portfolio([1 / 3] * 9, 1 / 3)
    assert found.chances[0] == near(0.026, 3)
    assert found.beyond == near(0.350, 3)


def test_twelve_projects_at_one_third() -> None:
    found = portfolio([1 / 3] * 12, 1 / 3)
    assert found.expected == pytest.approx(4)
    assert found.beyond == near(0.368, 3)


def test_the_fit_of_a_full_need() -> None:
    assert fit_points(1, 71.5, 50.4, 19, FRAMEWORK) == near(79.05)
