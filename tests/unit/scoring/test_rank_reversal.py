"""A solution's score never depends on which others are there; TOPSIS, of which it does, is the regression."""

import numpy as np
import pytest

from services.scoring.domain.evaluation.total import evaluate
from services.scoring.domain.framework import Criterion, Framework
from services.scoring.domain.rule_results import KnownValue, MessageReference, Value
from tests.unit.scoring.cases import FRAMEWORK

A, B, C, D = (0.1, 0.4), (0.3, 0.1), (0.5, 0.5), (0.1, 0.8)


def two_equal_weights() -> Framework:
    """The framework reduced to two criteria of the same weight."""
    weights = dict.fromkeys(FRAMEWORK.evaluation.weights, 0.0)
    halves = {**weights, "effect": 0.5, "record": 0.5}
    evaluation = FRAMEWORK.evaluation.model_copy(update={"weights": halves})
    return FRAMEWORK.model_copy(update={"evaluation": evaluation})


def ours(pair: tuple[float, float]) -> float:
    effect, record = (KnownValue(value, 0.1, MessageReference("given")) for value in pair)
    values: dict[Criterion, Value] = {"effect": effect, "record": record}
    return evaluate(values, two_equal_weights()).value


def topsis(*pairs: tuple[float, float]) -> list[float]:
    from pymcdm.methods import TOPSIS  # noqa: PLC0415  # it imports pandas and matplotlib

    found = TOPSIS()(np.array(pairs), np.array([0.5, 0.5]), np.array([1, 1]))
    return [float(each) for each in found]


def test_topsis_turns_two_solutions_round_when_a_third_joins() -> None:
    before, after = topsis(A, B, C), topsis(A, B, C, D)
    assert before[0] > before[1]
    assert after[0] < after[1]


def test_this_framework_keeps_them_in_order() -> None:
    alone = [ours(A), ours(B)]
    beside = [ours(each) for each in (A, B, C, D)]
    assert beside[:2] == alone
    assert ours(A) == pytest.approx(25)
    assert ours(B) == pytest.approx(20)
    assert ours(A) > ours(B)
