"""The priors of service areas: when there is one, what it is, and that nothing but its facts moves it."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import strategies as st

from services.scoring.domain.area_prior import area_of, fit, in_force, refit, successes
from services.scoring.domain.assessment import assess
from services.scoring.domain.facts import Dossier, KnownFact
from services.scoring.domain.score_changes import changes
from shared.events import AreaPrior, State
from shared.facts import Implementation, Solution, Topic
from tests.builders import a_solution, an_implementation
from tests.unit.scoring.cases import FRAMEWORK, NOW, TODAY, few, many

AREA = "CPV:90000000"
RECORD = FRAMEWORK.track_record
groups = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3),
    st.lists(st.sampled_from([0.0, 0.5, 1.0]), max_size=40),
    max_size=12,
)


def tries(good: int, number: int) -> list[float]:
    return [1.0] * good + [0.0] * (number - good)


def a_prior(alpha: float, beta: float, day: date = TODAY, ended: int = 30) -> AreaPrior:
    return AreaPrior(area=AREA, day=day, ended=ended, alpha=alpha, beta=beta)


@pytest.mark.parametrize(
    ("codes", "area"),
    [
        (("CPV:90500000",), AREA),
        (("CPV:90511000-2", "CPV:90520000", "CPV:63712000"), AREA),
        (("CPV:90511000", "CPV:63712000"), "CPV:63000000"),
        (("CPV:90511000", "CPV:90511000", "CPV:63712000"), "CPV:63000000"),
        (("COFOG:05.1",), None),
        (("CPV:waste",), None),
        ((), None),
    ],
)
def test_a_solution_is_in_the_division_that_most_of_its_codes_lie_in(
    codes: Sequence[str], area: str | None
) -> None:
    topics = [Topic(scheme=code.partition(":")[0], id=code.partition(":")[2]) for code in codes]
    assert area_of(topics) == area_of(reversed(topics)) == area


def test_an_area_has_a_prior_of_its_own_from_thirty_outcomes() -> None:
    assert refit({AREA: {"a": tries(5, 29)}}, {}, TODAY, RECORD) == {}
    found = refit({AREA: {"a": tries(8, 15), "b": tries(7, 15)}}, {}, TODAY, RECORD)[AREA]
    assert (found.area, found.day, found.ended) == (AREA, TODAY, 30)
    assert found.alpha / (found.alpha + found.beta) == pytest.approx((15 + 4) / (30 + 6))


@pytest.mark.parametrize(
    ("rates", "strength"),
    [
        ({"a": tries(15, 15), "b": tries(0, 15)}, 2),
        ({"a": tries(8, 15), "b": tries(7, 15)}, 60),
        ({f"s{each}": tries(each % 2, 1) for each in range(40)}, 6),
        ({"a": tries(20, 30)}, 6),
    ],
    ids=["as unlike as can be", "alike", "one try each says nothing", "nor does one solution"],
)
def test_the_strength_of_a_prior_is_how_alike_solutions_are(
    rates: dict[str, list[float]], strength: float
) -> None:
    found = fit(rates, RECORD)
    assert found.alpha + found.beta == pytest.approx(strength)


def in_any_order(given: dict[str, list[float]]) -> None:
    turned = {name: given[name][::-1] for name in reversed(given)}
    once, again = (refit({AREA: each}, {}, TODAY, RECORD) for each in (given, turned))
    assert once == again
    for prior in once.values():
        assert prior.ended == sum(map(len, given.values())) >= RECORD.fit_from
        assert prior.alpha > 0
        assert prior.beta > 0
        assert 2 - 1e-9 <= prior.alpha + prior.beta <= 60 + 1e-9


test_a_prior_is_the_same_for_any_order_of_its_facts = few(groups)(in_any_order)
test_a_prior_is_the_same_for_any_order_of_its_facts_nightly = many(groups)(in_any_order)


def test_a_prior_that_did_not_move_keeps_its_day() -> None:
    before = refit({AREA: {"a": tries(20, 30)}}, {}, TODAY, RECORD)
    assert refit({AREA: {"a": tries(20, 30)}}, before, date(2027, 1, 1), RECORD) == before
    moved = refit({AREA: {"a": tries(20, 31)}}, before, date(2027, 1, 1), RECORD)
    assert moved[AREA].day == date(2027, 1, 1)


def test_an_area_that_lost_its_outcomes_stands_at_the_general_prior_again() -> None:
    before = refit({AREA: {"a": tries(10, 30)}}, {}, TODAY, RECORD)
    after = refit({}, before, date(2027, 1, 1), RECORD)
    assert after == {AREA: a_prior(4, 2, date(2027, 1, 1), 0)}
    assert refit({}, after, date(2028, 1, 1), RECORD) == after


def test_the_newest_prior_of_an_area_is_in_force_or_the_newest_before_a_day() -> None:
    first, second = a_prior(9, 1, date(2026, 1, 1)), a_prior(8, 1, date(2026, 7, 1))
    assert in_force([second, first]) == {AREA: second}
    assert in_force([second, first], before=date(2026, 7, 1)) == {AREA: first}
    assert in_force([second, first], before=date(2026, 1, 1)) == {}


def known(implementation: Implementation, state: State = "published") -> KnownFact[Implementation]:
    return KnownFact(implementation, 1, state, NOW)


def test_only_what_ended_by_the_day_and_may_be_seen_is_counted() -> None:
    tried = (
        known(an_implementation(city="a", outcome="succeeded", ended="2026-11-22")),
        known(an_implementation(city="b", outcome="partial", ended=None)),
        known(an_implementation(city="c", outcome="failed", ended="2026-11-23")),
        known(an_implementation(city="d", outcome="running", ended=None)),
        known(an_implementation(city="e", outcome="failed"), "draft"),
        known(an_implementation(city="f", outcome="failed"), "withdrawn"),
    )
    dossier = Dossier(KnownFact(a_solution(), 1, "published", NOW), tried)
    assert successes(dossier, TODAY, RECORD) == [1.0, 0.5]


def test_a_prior_of_its_own_moves_the_base_risk_and_is_named() -> None:
    said = Solution(id="s", city="York", title="T")
    general, own = (assess(said, (), FRAMEWORK, NOW, prior=prior) for prior in (None, a_prior(9, 1)))
    assert (general.prior, own.prior) == (None, a_prior(9, 1))
    assert own.base_risk == pytest.approx(10)
    assert general.inputs != own.inputs
    assert "The base rate changed Risk by -23.3 points." in changes(general, own)
