"""What a city lacks, and whom it can ask how that was closed."""

from services.scoring.domain.facts import Dossier, Known
from services.scoring.domain.gaps import gaps_of
from shared.facts import CityProfile, Indicators, Unit
from tests.builders import NOW, a_city, a_solution, an_implementation
from tests.unit.scoring.cases import FRAMEWORK

UNIT = Unit(id="sensors", name="Sensors", dimension="resources", how_to_close="Rent them")
HERE = a_city(id="here", indicators=Indicators(population=100_000))


def a_peer_city(name: str, population: int, **more: object) -> CityProfile:
    return a_city(id=name, name=name.title(), indicators=Indicators(population=population), **more)


def closed_by(*tried: tuple[CityProfile, str], unit: Unit = UNIT) -> str | None:
    dossier = Dossier(
        Known(a_solution(units=[unit]), 1, "published", NOW),
        tuple(
            Known(an_implementation(city=city.id, outcome=outcome), 1, "published", NOW)
            for city, outcome in tried
        ),
        {city.id: Known(city, 1, "published", NOW) for city, _ in tried},
    )
    return {gap.unit: gap.closed_by for gap in gaps_of(dossier, HERE, FRAMEWORK)}[unit.id]


FAR, NEAR = a_peer_city("aa", 5_000_000), a_peer_city("zz", 110_000)
LACKING = a_peer_city("mm", 100_000, have={"sensors": 0.2})


def test_the_most_similar_city_where_it_succeeded_is_asked() -> None:
    assert closed_by((FAR, "succeeded"), (NEAR, "succeeded")) == "Zz"
    assert closed_by((FAR, "succeeded"), (NEAR, "partial")) == "Aa"


def test_a_city_that_says_it_still_lacks_the_unit_closed_nothing() -> None:
    assert closed_by((LACKING, "succeeded"), (FAR, "succeeded")) == "Aa"
    assert closed_by((LACKING, "succeeded")) is None


def test_nobody_is_asked_to_learn_from_itself_nor_how_to_close_what_nobody_described() -> None:
    assert closed_by((HERE, "succeeded")) is None
    assert closed_by((NEAR, "succeeded"), unit=UNIT.model_copy(update={"how_to_close": None})) is None
