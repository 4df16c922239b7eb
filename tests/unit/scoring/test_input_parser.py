"""What the framework's words mean at their edges: each of these was once read otherwise."""

from datetime import date
from math import sqrt

import pytest

from services.scoring.domain.assessment import assess_case, in_words
from services.scoring.domain.case import is_past
from services.scoring.domain.city_similarity import CitySimilarity, closest
from services.scoring.domain.evaluation.total import evaluate
from services.scoring.domain.input_parser import case, intermediate_values
from services.scoring.domain.input_parser.json_values import InputError
from services.scoring.domain.rule_results import KnownValue, MessageReference
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
    sure = {key: KnownValue(value, 0.1, MessageReference("given")) for key in FRAMEWORK.evaluation.weights}
    found = evaluate(sure, FRAMEWORK, cap)
    assert [found.low, found.high] == pytest.approx([low, high])
    assert list(found.uncut) == pytest.approx([100 * value - HALF, 100 * value + HALF])


def alike(value: float | None) -> CitySimilarity:
    return (
        CitySimilarity(None, 0.0, 1.0, 0, 4) if value is None else CitySimilarity(value, value, value, 4, 4)
    )


@pytest.mark.parametrize(
    ("found", "name", "value"),
    [
        ([("A", 0.0), ("B", None)], None, None),
        ([("A", None), ("B", 0.0)], None, None),
        ([("A", None), ("B", 0.2)], None, None),
        ([("A", None), ("B", 0.3)], "B", 0.3),
        ([("A", None), ("B", 0.4)], "B", 0.4),
        ([("A", 0.4), ("A", 0.9), ("B", 0.8)], "A", 0.9),
        ([("B", 0.9), ("A", 0.9)], "A", 0.9),
        ([], None, None),
    ],
)
def test_an_unknown_likeness_counts_as_missing_where_the_best_is_chosen(
    found: list[tuple[str, float | None]], name: str | None, value: float | None
) -> None:
    for order in (found, found[::-1]):
        best, near = closest([(each, alike(how)) for each, how in order], 0.3)
        assert (best, near.value) == (name, value)


def test_a_likeness_that_is_said_and_the_same_one_computed_come_in_one_order() -> None:
    said, computed = CitySimilarity(1.0, 1.0, 1.0, 1, 1), CitySimilarity(1.0, 1 / 6, 1.0, 1, 6)
    first, second = (
        closest([("A", each) for each in order], 0.3) for order in ((said, computed), (computed, said))
    )
    assert first == second == ("A", said)


def worked(city: object, **rest: object) -> dict[str, object]:
    return {"city": city, "outcome": "succeeded", "age_years": 0, **rest}


def described(name: str, unemployment: float | None) -> dict[str, object]:
    return {"name": name, "indicators": {"unemployment": unemployment}}


def economy(*implementations: object) -> tuple[float | None, str]:
    """The economy's part of T for a city without unemployment: value, and the city that it is taken to."""
    units = [{"id": "a", "dimension": "economy"}]
    asking = {"name": "C", "have": {"a": 1}, "indicators": {"unemployment": 0}}
    found = scored({"solution": {"implementations": list(implementations), "units": units}, "city": asking})
    part = next(each for each in found.transfer_contributions if each.key == "economy")
    return part.value, str(part.parameters["nearest"])


@pytest.mark.parametrize(
    ("implementations", "likeness", "nearest"),
    [
        ([worked(described("A", None)), worked(described("B", 30))], 0.3, "unknown"),
        ([worked(described("Z", None)), worked(described("B", 30))], 0.3, "unknown"),
        ([worked("Nowhere"), worked(described("B", 30))], 0.3, "unknown"),
        ([worked(described("B", 30))], 0.0, "B"),
        ([worked(described("A", 3)), worked(described("A", 24))], 0.9, "A"),
        ([worked("A", similarity=0.2), worked("A", similarity=0.7)], 0.7, "A"),
        ([worked("A", similarity=0.2), worked(described("B", 6))], 0.8, "B"),
        ([worked("A", similarity=0.85), worked(described("B", 6))], 0.85, "A"),
    ],
)
def test_the_best_of_all_cities_where_it_worked_counts_in_any_order(
    implementations: list[object], likeness: float, nearest: str
) -> None:
    for order in (implementations, implementations[::-1]):
        value, city = economy(*order)
        assert value == pytest.approx(0.6 + 0.4 * likeness)
        assert city == nearest


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"solution": {}, "peers": [{"name": "A"}, {"name": "B"}, {"name": "A"}]}, "peers[2]"),
        ({"solution": {}, "peers": [{"id": "B", "name": "A"}, {"name": "B"}]}, "peers[1]"),
        ({"solution": {"units": [{"id": "a", "dimension": "economy"}] * 2}}, "solution.units[1]"),
        ({"solution": {}, "city": {"units": [{"id": "a", "dimension": "economy"}] * 2}}, "city.units[1]"),
    ],
)
def test_what_is_listed_twice_is_refused(given: dict[str, object], path: str) -> None:
    given = {"implementations": [], **given}
    with pytest.raises(InputError) as wrong:
        scored(given)
    assert wrong.value.path == path


KNOWN = {key: [0.7, 0.1] for key in FRAMEWORK.evaluation.weights}
RATED = {key: [0.5, 0.1] for key in FRAMEWORK.risk.coefficients}
FITS = {key: [0.5, 0.2, 0.9] for key in FRAMEWORK.transferability.weights}


@pytest.mark.parametrize(
    ("missing", "best"),
    [
        ({}, None),
        ({"dimensions": {**RATED, "legal": None}}, "legal"),
        ({"transfer": {**FITS, "economy": None}}, "economy"),
        ({"values": {**KNOWN, "problem": None}}, "problem"),
    ],
)
def test_the_next_best_datum_is_one_that_is_missing(missing: dict[str, object], best: str | None) -> None:
    given = intermediate_values.read(
        {"values": KNOWN, "dimensions": RATED, "transfer": FITS, **missing}, FRAMEWORK, TODAY
    )
    found = in_words(given.case, given.scores, FRAMEWORK, given.as_of)
    assert found.next_best_datum == best
    parts = [each for each in found.transfer_contributions if each.known]
    assert all(each.reason.endswith("given as an intermediate value).") for each in parts)
    assert {(each.low, each.high) for each in parts} == {(None, None)}
