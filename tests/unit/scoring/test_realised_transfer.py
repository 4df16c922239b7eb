"""What was predicted for a city that took something over, against the effect that it reported."""

import pytest

from services.scoring.adapters import framework_files
from services.scoring.domain.facts import KnownFact
from services.scoring.domain.realised_transfer import (
    TransferPrediction,
    calibrate_transfer,
    may_be_predicted,
    not_told_otherwise,
)
from shared.facts import Adoption, Effect
from tests.builders import KRAKOW, NOW, an_adoption, an_implementation

FRAMEWORK = framework_files.load("1")


def predicted(adoption: str, risk: float, transferability: float | None = None) -> TransferPrediction:
    return TransferPrediction(
        adoption=adoption, source="sol-1", framework="1", made=NOW, risk=risk, transferability=transferability
    )


def known(state: str = "published", **changes: object) -> KnownFact[Adoption]:
    return KnownFact(an_adoption(**changes), 1, state, NOW)  # type: ignore[arg-type]


def test_each_reported_effect_is_judged_by_what_was_predicted_and_counted_where_nothing_was() -> None:
    effects = {
        "a": Effect(effect="kept"),
        "b": Effect(effect="not_kept"),
        "c": Effect(effect="partly"),
        "d": Effect(effect="kept"),
    }
    predictions = {"a": predicted("a", 20, 90), "b": predicted("b", 70, 30), "c": predicted("c", 50)}
    found = calibrate_transfer(effects, predictions, FRAMEWORK)
    assert (found.reported, found.unpredicted) == (4, 1)
    assert found.risk is not None
    assert found.risk.brier == pytest.approx((0.2**2 + 0.3**2 + 0.0**2) / 3)
    assert [(one.low, one.number, one.observed) for one in found.risk.bins] == [
        (0.2, 1, 0),
        (0.5, 1, 0.5),
        (0.7, 1, 1),
    ]
    assert found.transferability is not None
    assert found.transferability.number == 2
    assert found.transferability.brier == pytest.approx((0.1**2 + 0.3**2) / 2)


def test_without_an_effect_there_is_nothing_to_judge() -> None:
    found = calibrate_transfer({}, {"a": predicted("a", 20)}, FRAMEWORK)
    assert found == (0, 0, None, None)


@pytest.mark.parametrize(
    ("adoption", "may"),
    [
        (known(), True),
        (known(state="withdrawn"), False),
        (known(kind="built", parent=None), False),
        (known(effect={"effect": "kept"}), False),
    ],
)
def test_a_prediction_is_made_before_the_effect_is_known(adoption: KnownFact[Adoption], may: bool) -> None:
    assert may_be_predicted(adoption) is may


@pytest.mark.parametrize(
    ("solution", "outcome", "counts"),
    [("sol-2", "failed", 0), ("sol-1", "succeeded", 0), ("sol-1", "running", 1), ("sol-9", "failed", 1)],
)
def test_an_effect_does_not_count_beside_an_ended_attempt_of_its_city(
    solution: str, outcome: str, counts: int
) -> None:
    attempt = an_implementation(solution=solution, city=KRAKOW, outcome=outcome)
    assert len(not_told_otherwise([known()], [attempt])) == counts
