"""What a city lacks, whose words say how that is closed, and who has it in place."""

from services.scoring.domain.facts import Dossier, KnownFact
from services.scoring.domain.match_assessment import gaps_of
from shared.events import Gap
from shared.facts import CityProfile, Indicators, Unit
from tests.builders import NOW, TAMPERE, a_city, a_solution, an_implementation
from tests.unit.scoring.cases import FRAMEWORK

UNIT = Unit(id="sensors", name="Sensors", dimension="resources", how_to_close="Rent them")
HERE = a_city(id="here", indicators=Indicators(population=100_000))


def a_peer_city(name: str, population: int, **more: object) -> CityProfile:
    return a_city(id=name, name=name.title(), indicators=Indicators(population=population), **more)


def gap_of(*tried: tuple[CityProfile, str], unit: Unit = UNIT) -> Gap:
    dossier = Dossier(
        KnownFact(a_solution(units=[unit]), 1, "published", NOW),
        tuple(
            KnownFact(an_implementation(city=city.id, outcome=outcome), 1, "published", NOW)
            for city, outcome in tried
        ),
        {city.id: KnownFact(city, 1, "published", NOW) for city, _ in tried},
    )
    return {gap.unit: gap for gap in gaps_of(dossier, HERE, FRAMEWORK)}[unit.id]


def closed_by(*tried: tuple[CityProfile, str]) -> str | None:
    return gap_of(*tried).closed_by


HAS = {"sensors": 1.0}
FAR, NEAR = a_peer_city("aa", 5_000_000, have=HAS), a_peer_city("zz", 110_000, have=HAS)
LACKING = a_peer_city("mm", 100_000, have={"sensors": 0.2})
SILENT = a_peer_city("ss", 100_000)


def test_the_most_similar_city_where_it_succeeded_and_that_has_it_is_named() -> None:
    assert closed_by((FAR, "succeeded"), (NEAR, "succeeded")) == "Zz"
    assert closed_by((FAR, "succeeded"), (NEAR, "partial")) == "Aa"


def test_a_city_that_lacks_the_unit_or_says_nothing_of_it_closed_nothing() -> None:
    assert closed_by((LACKING, "succeeded"), (SILENT, "succeeded"), (FAR, "succeeded")) == "Aa"
    assert closed_by((LACKING, "succeeded"), (SILENT, "succeeded")) is None
    assert closed_by((HERE, "succeeded")) is None


def test_how_to_close_a_gap_is_said_by_the_city_that_wrote_it_not_by_the_one_that_closed_it() -> None:
    source = a_peer_city(TAMPERE, 260_000)
    gap = gap_of((source, "partial"), (NEAR, "succeeded"))
    assert (gap.how_to_close, gap.told_by, gap.closed_by) == ("Rent them", source.name, "Zz")
    nothing = gap_of((NEAR, "succeeded"), unit=UNIT.model_copy(update={"how_to_close": None}))
    assert (nothing.told_by, nothing.closed_by) == (None, "Zz")
