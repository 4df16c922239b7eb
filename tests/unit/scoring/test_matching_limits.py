"""What keeps a solution from a need, one at a time and many at once."""

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.domain.matching.hard_limits import (
    RECORD,
    HardLimits,
    NeedConstraints,
    allowed,
    allows,
    record,
    standing,
)
from shared.facts import CityProfile, Money, Need, Stage

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def euros(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


CASES = [
    ("the city's own", NeedConstraints(city="york"), HardLimits(city="york")),
    (
        "deadline over",
        NeedConstraints(city="c", deadline=datetime(2026, 11, 21, tzinfo=UTC)),
        HardLimits(moment=NOW),
    ),
    ("other country", NeedConstraints(city="c", country="US"), HardLimits(countries=frozenset({"PT", "ES"}))),
    ("too dear", NeedConstraints(city="c", budget=euros(99)), HardLimits(cost=euros(100))),
    ("too risky", NeedConstraints(city="c", agreed_risk=0.2), HardLimits(risk=0.3)),
    ("too small", NeedConstraints(city="c", population=999), HardLimits(smallest=1_000)),
    ("too large", NeedConstraints(city="c", population=1_001), HardLimits(largest=1_000)),
    (
        "lacks a unit",
        NeedConstraints(city="c", lacking=frozenset({"fibre"})),
        HardLimits(units=frozenset({"fibre"})),
    ),
    (
        "other class",
        NeedConstraints(city="c", classes=frozenset({"SDG:6"})),
        HardLimits(classes=frozenset({"SDG:11"})),
    ),
    ("closed", NeedConstraints(city="c", open=False), HardLimits()),
]


@pytest.mark.parametrize(("name", "need", "limits"), CASES, ids=[name for name, _, _ in CASES])
def test_each_limit_excludes(name: str, need: NeedConstraints, limits: HardLimits) -> None:
    assert not allows(need, limits), name


@pytest.mark.parametrize("limits", [limits for name, _, limits in CASES if name != "closed"])
def test_what_is_not_known_never_excludes(limits: HardLimits) -> None:
    assert allows(NeedConstraints(city="somewhere"), limits)


def test_amounts_in_two_currencies_are_not_compared() -> None:
    dollars = Money(amount=Decimal(1), currency="USD")
    assert allows(NeedConstraints(city="c", budget=dollars), HardLimits(cost=euros(1_000)))


def test_a_record_takes_sixty_four_bytes() -> None:
    assert RECORD.itemsize == 64


NAMES = st.frozensets(st.sampled_from(["a", "b", "c", "d"]), max_size=2)
MONEY = st.none() | st.builds(euros, st.integers(0, 5))
PEOPLE = st.none() | st.integers(0, 5)
RISK = st.none() | st.sampled_from([0.1, 0.2, 1 / 3])
WHEN = st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 3))  # noqa: DTZ001  # unzoned is UTC
COUNTRY = st.sampled_from(["DE", "FR", "US"])
NEEDS = st.builds(
    NeedConstraints,
    city=st.sampled_from(["x", "y"]),
    deadline=WHEN,
    budget=MONEY,
    country=st.none() | COUNTRY,
    population=PEOPLE,
    agreed_risk=RISK,
)
LIMITS = st.builds(
    HardLimits,
    moment=WHEN,
    city=st.none() | st.sampled_from(["x", "y"]),
    countries=st.frozensets(COUNTRY, max_size=2),
    cost=MONEY,
    risk=RISK,
    smallest=PEOPLE,
    largest=PEOPLE,
)


@given(st.lists(NEEDS, min_size=1, max_size=6), LIMITS)
@settings(max_examples=150, deadline=None)
def test_many_at_once_are_judged_like_each_alone(needs: list[NeedConstraints], limits: HardLimits) -> None:
    records = np.array([record(need) for need in needs], dtype=RECORD)
    rows = np.arange(len(needs))
    assert allowed(records, rows, limits).tolist() == [allows(need, limits) for need in needs]


@given(NAMES, NAMES)
def test_the_filter_never_excludes_what_the_rule_allows(mine: frozenset[str], wanted: frozenset[str]) -> None:
    need, limits = NeedConstraints(city="c", classes=mine), HardLimits(classes=wanted)
    possible = allowed(np.array([record(need)], dtype=RECORD), np.array([0]), limits)[0]
    assert possible or not allows(need, limits)


def test_a_standing_need_knows_its_city() -> None:
    city = CityProfile(
        id="c", name="C", country="PT", population=5, agreed_risk=0.25, have={"fibre": 0.1, "skill": 0.9}
    )
    found = standing(Need(id="n", city="c", title="t", stage=Stage.OPEN), city)
    assert (found.country, found.population, found.agreed_risk) == ("PT", 5, 0.25)
    assert found.lacking == {"fibre"}


@pytest.mark.parametrize("stage", [Stage.DECIDED, Stage.WITHDRAWN])
def test_a_need_that_is_decided_or_withdrawn_is_closed(stage: Stage) -> None:
    assert not standing(Need(id="n", city="c", title="t", stage=stage)).open
