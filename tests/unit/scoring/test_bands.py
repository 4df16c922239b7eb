"""The bands: the first rule that holds, and whether it holds under other weights."""

import pytest

from services.scoring.domain.bands import Band, BandInputs, band, reweighted, robust
from services.scoring.domain.evaluation.total import coverage, evaluate, total
from services.scoring.domain.framework import Criterion
from services.scoring.domain.rule_results import KnownValue, MessageReference, UnknownValue, Value
from tests.unit.scoring.cases import FRAMEWORK

CRITERIA: tuple[Criterion, ...] = tuple(FRAMEWORK.evaluation.weights)
GOOD = BandInputs(
    harm=False,
    lacks_critical_unit=False,
    evaluation=65,
    grade="A",
    risk=100 / 3,
    risk_width=60,
    transferability=60,
    agreed_risk=1 / 3,
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Band.READY),
        ({"harm": True, "lacks_critical_unit": True, "grade": "D"}, Band.LEARN),
        ({"lacks_critical_unit": True, "grade": "D"}, Band.BUILD_FIRST),
        ({"grade": "D", "risk": 90}, Band.NOT_ENOUGH_KNOWN),
        ({"risk_width": 60.1}, Band.NOT_ENOUGH_KNOWN),
        ({"risk": 33.4}, Band.PILOT_SMALL),
        ({"evaluation": 64.9}, Band.ADAPT),
        ({"transferability": 59.9}, Band.ADAPT),
        ({"transferability": None}, Band.ADAPT),
    ],
)
def test_the_first_rule_that_holds_decides(changes: dict[str, object], expected: Band) -> None:
    assert band(GOOD._replace(**changes), FRAMEWORK) == expected  # type: ignore[arg-type]


def values(number: float, unknown: tuple[Criterion, ...] = ()) -> dict[Criterion, Value]:
    return {
        key: UnknownValue() if key in unknown else KnownValue(number, 0.1, MessageReference("given"))
        for key in CRITERIA
    }


def test_there_are_fourteen_changes_and_each_is_renormalised() -> None:
    mixed = {**values(0.9, ("effect",)), "record": KnownValue(0.2, 0.1, MessageReference("given"))}
    found = iter(reweighted(mixed, 100, FRAMEWORK))
    for key in CRITERIA:
        for step in (0.25, -0.25):
            weights = {**FRAMEWORK.evaluation.weights}
            weights[key] *= 1 + step
            whole = sum(weights.values())
            scaled = {name: weight / whole for name, weight in weights.items()}
            points, share = next(found)
            assert points == pytest.approx(total(mixed, scaled, FRAMEWORK))
            assert share == pytest.approx(coverage(mixed, scaled))
    assert next(found, None) is None


def test_a_band_far_from_its_threshold_is_robust() -> None:
    far = values(0.9)
    standing = GOOD._replace(evaluation=evaluate(far, FRAMEWORK).value)
    assert robust(standing, far, 100, FRAMEWORK)


def test_a_band_at_its_threshold_is_not_robust() -> None:
    close: dict[Criterion, Value] = {
        **values(0.6),
        "evidence": KnownValue(0.81, 0.1, MessageReference("given")),
    }
    standing = GOOD._replace(evaluation=evaluate(close, FRAMEWORK).value)
    assert band(standing, FRAMEWORK) == Band.READY
    assert not robust(standing, close, 100, FRAMEWORK)


def test_a_change_of_weights_that_loses_coverage_is_seen() -> None:
    thin = values(0.9, ("evidence", "effect", "record"))
    standing = GOOD._replace(evaluation=0, grade=evaluate(thin, FRAMEWORK).grade, transferability=None)
    assert standing.grade == "C"
    assert not robust(standing, thin, 100, FRAMEWORK)
