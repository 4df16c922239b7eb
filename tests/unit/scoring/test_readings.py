"""What the framework's words mean at their edges: each of these was once read otherwise."""

from datetime import date
from math import sqrt

import pytest

from services.scoring.domain.assessment import assess_case
from services.scoring.domain.case import is_past
from services.scoring.domain.evaluation.total import evaluate
from services.scoring.domain.models import Known, Saying
from services.scoring.domain.reading import case
from shared.events import Assessment
from tests.unit.scoring.cases import FRAMEWORK, TODAY


def scored(given: dict[str, object]) -> Assessment:
    read = case.read({"as_of": str(TODAY), **given}, FRAMEWORK, TODAY)
    return assess_case(read.case, read.framework, read.as_of)


@pytest.mark.parametrize(
    ("solution", "city", "risk"),
    [
        ({"delivery": {"months_ratio": 1.5}}, {}, None),
        ({"delivery": {"months_ratio": 1.5, "planned_months": 30}}, {}, 1.0),
        ({"delivery": {"months_ratio": 1.5}}, {"delivery_months": 12}, 1.0),
        ({"delivery": {"planned_months": 4, "actual_months": 6}}, {}, 0.75),
        ({"delivery": {"planned_months": 6}}, {}, 0.75),
        ({"months": 6, "delivery": {"actual_months": 30}}, {}, 0.75),
    ],
)
def test_a_ratio_says_how_late_it_was_not_how_long_it_took(
    solution: dict[str, object], city: dict[str, object], risk: float | None
) -> None:
    found = scored({"solution": solution, "city": {"months_to_election": 12, **city}})
    assert [each.value for each in found.risk_contributions if each.key == "political"] == [risk]


@pytest.mark.parametrize(("cost", "points"), [(0, 8), (0.0, 8), (200, 8), (None, 0), (False, 0), ("", 0)])
def test_what_cost_nothing_is_an_answer(cost: object, points: float) -> None:
    failed = {"city": "York", "outcome": "failed", "failure": {"sunk_cost": cost}}
    assert scored({"solution": {"implementations": [failed]}}).learning == points


@pytest.mark.parametrize(
    ("planned", "today", "past"),
    [
        (date(2025, 11, 22), date(2026, 11, 22), False),
        (date(2025, 11, 22), date(2026, 11, 23), True),
        (date(2023, 11, 22), date(2024, 11, 22), False),
        (date(2024, 2, 29), date(2025, 2, 28), False),
        (date(2024, 2, 29), date(2025, 3, 1), True),
        (date(2025, 11, 22), date(2026, 10, 30), False),
        (date(9999, 12, 31), date(2026, 11, 22), False),
    ],
)
def test_twelve_months_past_its_planned_end_is_not_yet_overdue(
    planned: date, today: date, past: bool
) -> None:
    assert is_past(planned, 12, today) == past
    running = {"city": "York", "outcome": "running", "planned_end": str(planned)}
    read = case.read(
        {"solution": {"implementations": [running]}, "as_of": str(today)}, FRAMEWORK, date(2000, 1, 1)
    )
    assert read.as_of.date() == today
    assert [each.overdue for each in read.case.known_attempts] == [past]


@pytest.mark.parametrize("city", [{"have": {"a": None}}, {"ratings": {"a": None}}, {}])
def test_what_a_city_has_may_be_null_for_unknown(city: dict[str, object]) -> None:
    solution = {"units": [{"id": "a", "dimension": "resources", "critical": True}]}
    found = scored({"solution": solution, "city": city})
    assert found == scored({"solution": solution, "city": {}})
    assert found.lacking == ()


HALF = 164.5 * 0.1 * sqrt(0.165)
"""1.645·√Σ(100·w·s)² where every s is .1: the squares of the seven weights add up to .165."""


@pytest.mark.parametrize(
    ("value", "cap", "low", "high"),
    [
        (0.9, 60, 60 - HALF, 60),
        (0.9, 100, 90 - HALF, 90 + HALF),
        (0.55, 60, 55 - HALF, 60),
        (0.7, 20, 20 - HALF, 20),
        (0.02, 60, 0, 2 + HALF),
    ],
)
def test_the_interval_of_a_claim_lies_around_the_claim(
    value: float, cap: float, low: float, high: float
) -> None:
    sure = {key: Known(value, 0.1, Saying("given")) for key in FRAMEWORK.evaluation.weights}
    found = evaluate(sure, FRAMEWORK, cap)
    assert [found.low, found.high] == pytest.approx([low, high])
    assert list(found.uncut) == pytest.approx([100 * value - HALF, 100 * value + HALF])
