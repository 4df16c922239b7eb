"""When a likeness is spoken of, what failed everywhere, and who agreed: framework version 2."""

import pytest

from services.scoring.adapters.framework_files import load
from services.scoring.domain.alerts import introduction, pre_tender_warning
from services.scoring.domain.assessment import assess, assess_case
from services.scoring.domain.bands import Band
from services.scoring.domain.bulk.columns import columns
from services.scoring.domain.bulk.scores import BANDS, score_all
from services.scoring.domain.case import build
from services.scoring.domain.city_similarity import nearer
from services.scoring.domain.codes.cpv_tree import CpvTree
from services.scoring.domain.facts import Dossier, KnownFact
from services.scoring.domain.match_assessment import assess_match
from services.scoring.domain.nearest_cities import nearest, peers, warning
from shared.facts import CityProfile, Implementation
from tests.builders import NOW, TAMPERE, a_city, a_need, a_solution, an_implementation

FIRST, FRAMEWORK = load("1"), load("2")
TREE = CpvTree(["63000000", "63700000", "63710000", "63712000"])
SEVEN = {
    "population": 300_000,
    "density": 2_000,
    "unemployment": 6.0,
    "gdp_per_head": 30_000,
    "age_dependency": 50.0,
    "digital_inclusion": 80.0,
    "participation": 50.0,
}


def a_place(name: str, **indicators: object) -> CityProfile:
    return a_city(id=name, name=name, languages=[], indicators=indicators or SEVEN)


def tried(*outcomes: str, city: str = TAMPERE) -> list[Implementation]:
    return [an_implementation(city=f"{city}{n or ''}", outcome=each) for n, each in enumerate(outcomes)]


def a_dossier(*attempts: Implementation, cities: tuple[CityProfile, ...] = (), **more: object) -> Dossier:
    known = tuple(KnownFact(each, 1, "published", NOW) for each in attempts)
    profiles = {city.id: KnownFact(city, 1, "published", NOW) for city in cities}
    return Dossier(KnownFact(a_solution(**more), 1, "published", NOW), known, profiles)


@pytest.mark.parametrize(
    ("outcomes", "learn"),
    [
        (["failed"], True),
        (["abandoned", "failed"], True),
        (["failed", "running", "unknown"], True),
        (["failed", "partial"], False),
        (["failed", "succeeded"], False),
        (["running"], False),
        ([], False),
    ],
)
def test_what_failed_and_never_worked_is_learned_from(outcomes: list[str], learn: bool) -> None:
    found = assess(a_solution(), tried(*outcomes), FRAMEWORK, NOW)
    assert (found.band == Band.LEARN) == learn
    case = build(a_solution(), tried(*outcomes), FRAMEWORK, NOW)
    assert (
        BANDS[score_all(columns([case], FRAMEWORK), FRAMEWORK).band[0]]
        == assess_case(case, FRAMEWORK, NOW).band
    )
    record = next(one for one in found.evaluation_contributions if one.key == "record")
    assert (record.message == "record_failed") == learn
    assert "success at" not in record.reason or not learn


def test_the_first_version_says_what_it_said_to_the_last_byte_but_for_its_name() -> None:
    for outcomes in (["failed"], ["failed", "succeeded"], []):
        old, new = (assess(a_solution(), tried(*outcomes), each, NOW) for each in (FIRST, FRAMEWORK))
        assert (old.evaluation, old.risk, old.record) == (new.evaluation, new.risk, new.record)
    assert assess(a_solution(), tried("failed"), FIRST, NOW).band == Band.NOT_ENOUGH_KNOWN


FEW = {name: SEVEN[name] for name in ("population", "density")}


def test_two_of_twenty_one_indicators_are_too_few_to_compare() -> None:
    here, there = a_place("here", **FEW), a_place("there", **FEW)
    failed, _ = nearest(here, tried("failed", city="there"), {"there": there}, FRAMEWORK)
    assert failed is not None
    assert (failed.similarity, failed.known, failed.asked, failed.reasons) == (None, 2, 21, ())
    assert warning(failed, None) is None
    before, _ = nearest(here, tried("failed", city="there"), {"there": there}, FIRST)
    assert before is not None
    assert before.similarity == 1
    assert peers(here, [there], FRAMEWORK) == ()
    assert len(peers(here, [there], FIRST)) == 1


@pytest.mark.parametrize(("known", "told"), [(FEW, False), (SEVEN, True)])
def test_no_warning_and_no_introduction_rests_on_too_little(known: dict[str, object], told: bool) -> None:
    here, there = a_place("here", **known), a_place("there", **known)
    dossier = a_dossier(*tried("failed", city="there"), cities=(there,), city="there")
    need = KnownFact(a_need(city="here"), 1, "published", NOW)
    other = KnownFact(a_need(id="need-2", city="there"), 1, "published", NOW)
    assert (pre_tender_warning(need, dossier, here, TREE, FRAMEWORK, NOW) is not None) == told
    pair = introduction((need, here), (other, there), TREE, FRAMEWORK, NOW)
    assert (pair is not None) == told
    if pair is not None:
        assert (pair.known, pair.asked) == (7, 21)


def shifted(name: str, by: float) -> CityProfile:
    """Another city, further away on every indicator by that share of its range, each a bit differently."""
    city = {
        "population": 300_000 * 100 ** (by + 0.02),
        "density": 2_000 * 30 ** (by - 0.02),
        "unemployment": 6 + 30 * by,
        "gdp_per_head": 30_000 * 20 ** (by + 0.01),
        "age_dependency": 50 + 40 * (by - 0.01),
        "digital_inclusion": 80 - 60 * by,
        "participation": 50 + 40 * by,
    }
    return a_place(name, **city | {"population": int(city["population"])})


@pytest.mark.parametrize(
    ("first", "second", "means"), [(0.1, 0.3, True), (0.1, 0.13, False), (0.3, 0.1, False), (0.1, 0.1, False)]
)
def test_one_city_is_nearer_only_by_a_difference_that_means_something(
    first: float, second: float, means: bool
) -> None:
    here = a_place("here")
    assert nearer(here, shifted("failed", first), shifted("worked", second), FRAMEWORK) == means


def test_a_difference_on_one_indicator_alone_is_no_nearness() -> None:
    here = a_place("here")
    worked = a_place("worked", **{**SEVEN, "digital_inclusion": 20.0})
    failed = a_place("failed")
    assert not nearer(here, failed, worked, FRAMEWORK)
    assert nearer(here, failed, worked, FIRST)


def test_a_difference_counts_on_what_all_three_know() -> None:
    here, worked = a_place("here"), shifted("worked", 0.3)
    failed = a_place("failed", **dict(list(SEVEN.items())[:6]))
    assert not nearer(here, failed, worked, FRAMEWORK)


def test_a_match_says_whether_the_city_agreed_to_the_risk() -> None:
    dossier, need = a_dossier(), a_need()
    assert assess_match(dossier, need, a_city(), 1, FRAMEWORK).risk_agreed is False
    assert assess_match(dossier, need, a_city(agreed_risk=0.25), 1, FRAMEWORK).risk_agreed is True
    by_topic = a_city(agreed_risk_by_topic={"CPV:63712000": 0.2})
    assert assess_match(dossier, need, by_topic, 1, FRAMEWORK).risk_agreed is True
    assert assess_match(dossier, a_need(agreed_risk=0.1), a_city(), 1, FRAMEWORK).risk_agreed is True
