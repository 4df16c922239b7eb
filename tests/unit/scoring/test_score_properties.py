"""What holds for every score, whatever is said."""

from collections.abc import Callable, Mapping, Sequence
from random import Random

import pytest
from hypothesis import strategies as st

from services.scoring.domain.assessment import ScoreParts, assess, assess_case, score
from services.scoring.domain.case import build
from services.scoring.domain.evaluation.total import criteria, evaluate
from services.scoring.domain.input_parser.case import read
from services.scoring.domain.risk import dimensions, risk
from services.scoring.domain.rule_results import UnknownValue
from services.scoring.domain.track_record import records
from shared.events import Assessment
from shared.facts import (
    CityProfile,
    Implementation,
    Indicators,
    Outcome,
    Reuse,
    Solution,
    Study,
    Verification,
)
from tests.unit.scoring.cases import (
    FRAMEWORK,
    NOW,
    TODAY,
    asking,
    cities,
    few,
    many,
    peers,
    solutions,
    tried,
)

Peers = Mapping[str, CityProfile]
Tried = Sequence[Implementation]
CASE = (solutions, tried, st.none() | asking, peers)


def assessed(said: Solution, done: Tried, city: CityProfile | None, known: Peers) -> Assessment:
    return assess(said, done, FRAMEWORK, NOW, city, known)


def scored(said: Solution, done: Tried, city: CityProfile | None, known: Peers) -> ScoreParts:
    return score(build(said, done, FRAMEWORK, NOW, city, known), FRAMEWORK)


def order_never_matters(
    said: Solution, done: Tried, city: CityProfile | None, known: Peers, seed: int
) -> None:
    shuffle = Random(seed)

    def shuffled(items: Sequence[object]) -> list[object]:
        return shuffle.sample(list(items), len(items))

    other = said.model_copy(
        update={name: tuple(shuffled(getattr(said, name))) for name in ("studies", "kpis", "units")}
    )
    turned = {name: known[name] for name in sorted(known, reverse=True)}
    again = assess(other, [*map(Implementation.model_validate, shuffled(done))], FRAMEWORK, NOW, city, turned)
    assert again.model_dump_json() == assessed(said, done, city, known).model_dump_json()


test_order_never_matters = few(*CASE, st.integers(0, 99))(order_never_matters)


told = st.fixed_dictionaries(
    {"unemployment": st.sampled_from([None, 0, 9, 30]), "mandate": st.none() | st.integers(0, 3)}
)
listed = st.lists(
    st.fixed_dictionaries(
        {
            "city": cities | st.fixed_dictionaries({"name": cities, "indicators": told}),
            "outcome": st.sampled_from(Outcome).map(str),
            "verification": st.sampled_from(Verification).map(str),
        },
        optional={
            "similarity": st.sampled_from([0, 0.3, 0.5, 1]),
            "indicators": told,
            "age_years": st.integers(0, 20),
            "planned_end": st.sampled_from(["2024-11-22", "2027-01-01"]),
        },
    ),
    max_size=6,
)
homes = st.fixed_dictionaries({"name": cities | st.just("Kraków"), "indicators": told})
known_to_all = st.lists(homes, max_size=4, unique_by=lambda each: str(each["name"]))


def order_never_matters_in_a_case_by_hand(
    implementations: list[object], city: object, beside: list[object], seed: int
) -> None:
    """With cities that tried it twice, were otherwise then, or whose likeness somebody said."""
    shuffle = Random(seed)

    def shown_in(order: Callable[[list[object]], list[object]]) -> str:
        given = {
            "solution": {"implementations": order(implementations)},
            "city": city,
            "peers": order(beside),
        }
        case, framework, as_of = read(given, FRAMEWORK, TODAY)
        return assess_case(case, framework, as_of).model_dump_json()

    assert shown_in(list) == shown_in(lambda items: shuffle.sample(items, len(items)))


BY_HAND = (listed, st.none() | homes, known_to_all, st.integers(0, 99))
test_order_never_matters_in_a_case_by_hand = few(*BY_HAND)(order_never_matters_in_a_case_by_hand)
test_order_never_matters_in_a_case_by_hand_nightly = many(*BY_HAND)(order_never_matters_in_a_case_by_hand)


def points_add_up(said: Solution, done: Tried, city: CityProfile | None, known: Peers) -> None:
    found = assessed(said, done, city, known)
    e = sum(each.points for each in found.evaluation_contributions)
    r = sum(each.points for each in found.risk_contributions)
    assert e == pytest.approx(found.evaluation.value, abs=1e-9)
    assert r == pytest.approx(found.risk.value - found.base_risk, abs=1e-9)
    if found.transferability:
        t = sum(each.points for each in found.transfer_contributions)
        assert t == pytest.approx(found.transferability.value, abs=1e-9)


test_points_add_up = few(*CASE)(points_add_up)


def _in_order(low: float, value: float, high: float) -> bool:
    return -1e-9 <= low <= value + 1e-9 <= high + 2e-9 <= 100 + 1e-6


def every_interval_holds_its_point(
    said: Solution, done: Tried, city: CityProfile | None, known: Peers
) -> None:
    found = assessed(said, done, city, known)
    for each in filter(None, (found.evaluation, found.risk, found.transferability)):
        assert _in_order(each.low, each.value, each.high)
    sentences = (*found.evaluation_contributions, *found.risk_contributions, *found.transfer_contributions)
    assert all(each.reason.endswith(".") and "{" not in each.reason for each in sentences)


test_every_interval_holds_its_point = few(*CASE)(every_interval_holds_its_point)


def one_more_success_never_raises_risk(
    said: Solution, done: Tried, city: CityProfile | None, known: Peers, where: str, who: Verification
) -> None:
    success = Implementation(
        solution=said.id, city=where, outcome=Outcome.SUCCEEDED, verification=who, ended=TODAY
    )
    case = build(said, done, FRAMEWORK, NOW, city, known)
    more = build(said, [*done, success], FRAMEWORK, NOW, city, known)
    before, after = score(case, FRAMEWORK), score(more, FRAMEWORK)
    assert after.risk.base <= before.risk.base + 1e-9
    assert risk(after.record.point, before.dimensions, FRAMEWORK).value <= before.risk.value + 1e-9
    # The first success of known likeness can show that a city is less alike than was assumed; no later one.
    if all(near.value is not None for _, near in case.nearness.values()):
        assert after.risk.value <= before.risk.value + 1e-9


SUCCESS = (cities, st.sampled_from(Verification))
test_one_more_success_never_raises_risk = few(*CASE, *SUCCESS)(one_more_success_never_raises_risk)


def removing_a_criterion_never_narrows(
    said: Solution, done: Tried, city: CityProfile | None, known: Peers
) -> None:
    found = scored(said, done, city, known)
    whole = evaluate(found.values, FRAMEWORK)
    for key in found.values:
        less = evaluate({**found.values, key: UnknownValue()}, FRAMEWORK)
        assert less.uncut[1] - less.uncut[0] >= whole.uncut[1] - whole.uncut[0] - 1e-9
        assert less.coverage <= whole.coverage


test_removing_a_criterion_never_narrows = few(*CASE)(removing_a_criterion_never_narrows)


def removing_a_dimension_never_narrows_the_logit(
    said: Solution, done: Tried, city: CityProfile | None, known: Peers
) -> None:
    found = scored(said, done, city, known)
    whole = risk(found.record.point, found.dimensions, FRAMEWORK)
    for key in found.dimensions:
        less = risk(found.record.point, {**found.dimensions, key: UnknownValue()}, FRAMEWORK)
        assert _odds(less.high) / _odds(less.low) >= _odds(whole.high) / _odds(whole.low) * (1 - 1e-9)


def _odds(percent: float) -> float:
    return percent / (100 - percent)


test_removing_a_dimension_never_narrows_the_logit = few(*CASE)(removing_a_dimension_never_narrows_the_logit)


def forgetting_what_a_city_has_never_narrows(
    said: Solution, done: Tried, city: CityProfile, known: Peers, forget: str
) -> None:
    have = {unit: value for unit, value in city.have.items() if unit != forget}
    ratings = {unit: value for unit, value in city.ratings.items() if unit != forget}
    less = city.model_copy(update={"have": have, "ratings": ratings})
    before, after = (scored(said, done, each, known).transferability for each in (city, less))
    assert before is not None
    assert after is not None
    assert after.low <= before.low + 1e-9
    assert after.high >= before.high - 1e-9


FORGET = (solutions, tried, asking, peers, st.sampled_from("abcdef"))
test_forgetting_what_a_city_has_never_narrows = few(*FORGET)(forgetting_what_a_city_has_never_narrows)


def silence_never_narrows(said: Solution, done: Tried, city: CityProfile | None, known: Peers) -> None:
    silent = Implementation(
        solution=said.id, city="Silent", outcome=Outcome.RUNNING, planned_end=TODAY.replace(year=2024)
    )
    before, after = scored(said, done, city, known), scored(said, [*done, silent], city, known)
    assert after.risk.value == before.risk.value
    assert after.risk.low <= before.risk.low
    assert after.risk.high >= before.risk.high
    assert after.evaluation.value == before.evaluation.value
    assert after.evaluation.low <= before.evaluation.low
    assert after.evaluation.high >= before.evaluation.high


test_silence_never_narrows = few(*CASE)(silence_never_narrows)


def unknown_dimensions_move_nothing(
    said: Solution, done: Tried, city: CityProfile | None, known: Peers
) -> None:
    found = assessed(said, done, city, known)
    assert all(each.points == 0 for each in found.risk_contributions if not each.known)


test_unknown_dimensions_move_nothing = few(*CASE)(unknown_dimensions_move_nothing)


def the_same_again(said: Solution, done: Tried, city: CityProfile | None, known: Peers) -> None:
    first, second = (assessed(said, done, city, known).model_dump_json() for _ in range(2))
    assert first == second
    assert Assessment.model_validate_json(first).model_dump_json() == first


test_a_replay_gives_the_same_bytes = few(*CASE)(the_same_again)


def every_property_holds(
    said: Solution,
    done: Tried,
    city: CityProfile | None,
    known: Peers,
    seed: int,
    where: str,
    who: Verification,
) -> None:
    """All of the above on one case, because making up a case takes ten times as long as judging it."""
    for holds in OF_A_CASE:
        holds(said, done, city, known)
    order_never_matters(said, done, city, known, seed)
    one_more_success_never_raises_risk(said, done, city, known, where, who)
    if city is not None:
        for unit in (*city.have, *city.ratings):
            forgetting_what_a_city_has_never_narrows(said, done, city, known, unit)


OF_A_CASE = (
    points_add_up,
    every_interval_holds_its_point,
    removing_a_criterion_never_narrows,
    removing_a_dimension_never_narrows_the_logit,
    silence_never_narrows,
    unknown_dimensions_move_nothing,
    the_same_again,
)
test_every_property_holds_nightly = many(*CASE, st.integers(0, 99), *SUCCESS)(every_property_holds)


def test_unknown_is_not_absent_is_not_zero() -> None:
    """No profile, nobody asked, nobody tried, and a known zero are four different things."""
    said = Solution(id="s", city="York", title="T")
    nobody_asked, nobody_tried = (
        assess(said, done, FRAMEWORK, NOW).risk_contributions[7] for done in (None, ())
    )
    assert (nobody_asked.known, nobody_tried.known) == (False, True)
    no_suppliers, unknown = (
        CityProfile(id="c", name="C", country="FI", indicators=Indicators(local_suppliers=each))
        for each in (0, None)
    )
    peer = CityProfile(id="York", name="York", country="GB", indicators=Indicators(local_suppliers=50))
    worked = [Implementation(solution="s", city="York", outcome=Outcome.SUCCEEDED, ended=TODAY)]
    zero, silent = (
        assess(said, worked, FRAMEWORK, NOW, city, {"York": peer}).transfer_contributions[2]
        for city in (no_suppliers, unknown)
    )
    assert (zero.known, silent.known) == (True, False)
    assert zero.value == pytest.approx(0.6 * 0.3)
    assert silent.value is None


def test_criteria_are_given_in_the_order_of_the_framework() -> None:
    case = build(Solution(id="s", city="York", title="T"), (), FRAMEWORK, NOW)
    known = records((), FRAMEWORK.track_record)
    values = criteria(case, known, FRAMEWORK)
    assert tuple(values) == tuple(FRAMEWORK.evaluation.weights)
    assert tuple(dimensions(case, values, None, FRAMEWORK)) == tuple(FRAMEWORK.risk.coefficients)


def test_silence_never_narrows_under_a_cap_either() -> None:
    harmful = Study(sms=3, independence="independent", city="York", sign="-", precise=True)
    good = {"blueprint": True, "licence": True, "public_page": True, "contract_documents": True}
    said = Solution(id="sol-1", city="York", title="Hub", studies=(harmful,), reuse=Reuse(**good))
    late = Implementation(
        solution="sol-1", city="York", outcome=Outcome.RUNNING, planned_end=TODAY.replace(year=2020)
    )
    worked = Implementation(solution="sol-1", city="Oslo", outcome=Outcome.SUCCEEDED, ended=TODAY)
    before = scored(said, [worked, late], None, {})
    assert before.evaluation.value == before.evaluation.cap
    silence_never_narrows(said, [worked, late], None, {})
