"""What a city gives: likeness, units, personal risk, the nearest failure."""

from datetime import date

import pytest

from services.scoring.domain.assessment import assess
from services.scoring.domain.city_similarity import Feature, alike, likeness, reasons
from services.scoring.domain.framework import IndicatorSettings
from services.scoring.domain.message_catalogue import say
from services.scoring.domain.nearest_cities import nearest, warning, warns
from services.scoring.domain.transferability import fit, fits, unit_fit
from shared.facts import CityProfile, Implementation, Indicators, Outcome, Rating, Solution, Unit
from tests.builders import a_city, a_peer, an_implementation
from tests.unit.scoring.cases import FRAMEWORK, NOW

GROUPS = FRAMEWORK.transferability.indicators


def city(name: str, **indicators: object) -> CityProfile:
    return a_city(id=name, name=name, languages=[], indicators=Indicators.model_validate(indicators))


@pytest.mark.parametrize(
    ("indicator", "first", "second", "expected"),
    [
        (GROUPS["citizens"]["population"], 10_000, 1_000_000, 0),
        (GROUPS["citizens"]["population"], 10_000, 100_000, 0.5),
        (GROUPS["citizens"]["population"], 5000, 5000, 1),
        (GROUPS["economy"]["unemployment"], 5, 20, 0.5),
        (GROUPS["economy"]["unemployment"], 0, 90, 0),
        (GROUPS["economy"]["local_suppliers"], 0, 1, 1),
        (GROUPS["organisation"]["innovation_unit"], True, False, 0),
        (GROUPS["citizens"]["language"], "pt-AO", "pt", 1),
        (GROUPS["citizens"]["language"], "pt", "es", 0),
    ],
)
def test_cities_are_alike_within_fixed_ranges(
    indicator: IndicatorSettings, first: Feature, second: Feature, expected: float
) -> None:
    assert alike(indicator, first, second) == pytest.approx(expected)


def test_what_is_unknown_is_left_out_of_the_point_and_opens_the_bounds() -> None:
    found = likeness(city("a", unemployment=5), city("b", unemployment=20, debt_ratio=3), GROUPS["economy"])
    assert (found.value, found.low, found.high) == (0.5, 0.125, 0.875)
    assert (found.known, found.asked) == (1, 4)
    assert likeness(city("a"), city("b", unemployment=5), GROUPS["economy"]).value is None


def test_likeness_names_its_three_best_reasons() -> None:
    same = {"unemployment": 5, "debt_ratio": 3, "gdp_per_head": 40_000, "local_suppliers": 9}
    found = reasons(city("a", **same), city("b", **same), GROUPS["economy"])
    assert len(found) == 3
    assert say(found[0].message, found[0].parameters) == "similar debt ratio: 3 and 3"


UNITS = (
    Unit(id="a", name="Sensors", dimension="resources", critical=True, need=0.5),
    Unit(id="b", name="A team", dimension="resources"),
)


def test_critical_units_weigh_three_times() -> None:
    found = fits(UNITS, a_city(have={"a": 0.25, "b": 1}))
    assert fit(found, "resources", FRAMEWORK).point == pytest.approx((3 * 0.5 + 1) / 4)


def test_an_unknown_unit_counts_thirty_and_opens_the_bounds() -> None:
    found = fit(fits(UNITS, a_city(have={"b": 1})), "resources", FRAMEWORK)
    assert found.point == pytest.approx((0.9 + 1) / 4)
    assert (found.low, found.high) == (0.25, 1)


@pytest.mark.parametrize(("points", "expected"), [(-2, 0), (0, 0.5), (2, 1)])
def test_a_rating_goes_before_what_the_city_has(points: int, expected: float) -> None:
    rated = a_city(have={"a": 0.1}, ratings={"a": Rating(value=points, author="Maja", reason="Seen it")})
    assert unit_fit(UNITS[0], rated).fit == expected


def test_a_process_to_attach_to_is_always_asked() -> None:
    without = a_city(indicators=Indicators(existing_process=False))
    said = Solution(id="s", city="York", title="T")
    assert assess(said, (), FRAMEWORK, NOW, without).band == "Build first"
    assert assess(said, (), FRAMEWORK, NOW, a_city()).band != "Build first"


def test_what_happened_in_a_similar_city_weighs_more() -> None:
    here = city("Here", population=100_000)
    peers = {"Near": city("Near", population=100_000), "Far": city("Far", population=9_000_000)}
    said = Solution(id="s", city="York", title="T")

    def success(where: str) -> float:
        tried = [Implementation(solution="s", city=where, outcome=Outcome.SUCCEEDED, ended=NOW.date())]
        found = assess(said, tried, FRAMEWORK, NOW, here, peers).record
        assert found is not None
        return found.alpha

    assert success("Near") == pytest.approx(4.5)
    assert success("Nowhere") == pytest.approx(4.15)
    assert success("Far") < success("Near")


def test_an_election_date_becomes_months() -> None:
    soon = a_city(next_election=date(2027, 9, 22))
    said = Solution(id="s", city="York", title="T", months=12)
    political = assess(said, (), FRAMEWORK, NOW, soon).risk_contributions[5]
    assert (political.key, political.value) == ("political", 1)


def tried(where: str, outcome: str) -> Implementation:
    return an_implementation(city=where, outcome=outcome)


def test_the_nearest_failure_and_success_are_found() -> None:
    here = city("Here", population=100_000, unemployment=5)
    peers = {
        name: city(name, population=size) for name, size in (("A", 90_000), ("B", 900_000), ("C", 95_000))
    }
    done = [tried("A", "failed"), tried("B", "partial"), tried("C", "running"), tried("Here", "failed")]
    failed, worked = nearest(here, done, peers, FRAMEWORK)
    assert failed is not None
    assert worked is not None
    assert (failed.city, worked.city) == ("A", "B")
    assert warns(failed, worked)
    said = warning(failed, worked)
    assert said is not None
    assert (
        say(said.message, said.parameters) == "You resemble A, where it failed, more than B, where it worked."
    )


@pytest.mark.parametrize(
    ("failed", "worked", "fires"),
    [
        (0.7, 0.6, True),
        (0.6, 0.6, False),
        (0.5, 0.6, False),
        (0.5, None, False),
        (None, 0.1, False),
    ],
)
def test_a_failure_warns_only_when_it_is_nearer(
    failed: float | None, worked: float | None, fires: bool
) -> None:
    nearer = failed is not None and worked is not None and failed > worked
    sides = (
        a_peer(similarity=failed, clearly_nearer=nearer),
        a_peer(similarity=worked, outcome="succeeded"),
    )
    assert warns(*sides) == fires
    assert (warning(*sides) is not None) == fires


def test_a_failure_warns_where_nothing_is_known_to_have_worked() -> None:
    assert warns(a_peer(similarity=0.3), None)
    assert not warns(None, None)
