"""Where a text points to: founding cities, treacherous names, and the names of governments."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.adapters.reference_data import gazetteer
from services.submissions.domain.places import (
    Clues,
    Gazetteer,
    country_of,
    region_name,
    resolve,
    resolve_claim,
    resolve_name,
)
from services.submissions.domain.places.regions import region_code
from shared.folding import fold

SEEDS = Path(__file__).parents[4] / "shared" / "data" / "identifiers" / "seed_cities.csv"
NEWCASTLE, VALENCIA, YORK, YORK_PA = "2641673", "2509954", "2633352", "4562407"
AMSTERDAM, MADRID, PHILADELPHIA, LOUISVILLE = "2759794", "3117735", "4560349", "4299276"
HULL, HULL_IN_CANADA = "2645425", "6942644"

FOUNDERS = [
    ("London", "GB", "2643743"), ("Barcelona", "ES", "3128760"), ("Dublin", "IE", "2964574"),
    ("Fukuoka", "JP", "1863967"), ("Heerlen", "NL", "2754652"), ("Kristiansand", "NO", "3149318"),
    ("Krakow", "PL", "3094802"), ("Lobito", "AO", "3347939"), ("Louisville", "US", "4299276"),
    ("Madrid", "ES", "3117735"), ("Malmö", "SE", "2692969"), ("Moscow", "RU", "524901"),
    ("Newcastle", "GB", NEWCASTLE), ("Philadelphia", "US", "4560349"), ("San Luis Potosí", "MX", "3985606"),
    ("Sant Cugat", "ES", "3110718"), ("Seville", "ES", "2510911"), ("Sheffield", "GB", "2638077"),
    ("Tampere", "FI", "634963"), ("Tartu", "EE", "588335"), ("Valencia", "ES", VALENCIA),
    ("York", "GB", YORK),
]  # fmt: skip


@pytest.fixture(scope="module")
def world() -> Gazetteer:
    return gazetteer()


@pytest.mark.parametrize(("name", "country", "city"), FOUNDERS)
def test_every_founding_city_is_found_under_the_summits_spelling(
    name: str, country: str, city: str, world: Gazetteer
) -> None:
    assert resolve_name(name, world, country).city == city


@pytest.mark.skipif(not SEEDS.exists(), reason="the list of founding cities is not beside the project")
def test_the_founders_here_are_the_founders_of_the_list() -> None:
    with SEEDS.open(encoding="utf-8") as table:
        listed = [(row["seed_name"], row["country"], row["geonameid"]) for row in csv.DictReader(table)]
    assert listed == FOUNDERS


@pytest.mark.parametrize(
    ("name", "city"),
    [("Newcastle", NEWCASTLE), ("Valencia", VALENCIA), ("York", YORK), ("Barcelona", "3128760")],
)
def test_a_name_of_several_large_cities_is_left_to_a_reviewer_without_a_country(
    name: str, city: str, world: Gazetteer
) -> None:
    place = resolve_name(name, world)
    assert place.city is None
    assert city in place.candidates


def test_the_larger_namesake_abroad_does_not_win_by_population(world: Gazetteer) -> None:
    largest = max((world.cities[each] for each in world.called["valencia"]), key=lambda city: city.population)
    assert largest.country == "VE"
    assert resolve_name("Valencia", world, "Spain").city == VALENCIA


@pytest.mark.parametrize(
    ("name", "country", "city"),
    [("Philadelphia", None, PHILADELPHIA), ("York", "US", YORK_PA), ("Louisville", "US", LOUISVILLE)],
)
def test_an_alias_of_one_city_does_not_hide_the_city_called_so(
    name: str, country: str | None, city: str, world: Gazetteer
) -> None:
    assert resolve_name(name, world, country).city == city


def test_a_region_tells_namesakes_of_one_country_apart(world: Gazetteer) -> None:
    assert resolve_name("Dublin", world, "US").city is None
    ohio = resolve_name("Dublin", world, "US", region="OH").city
    assert ohio is not None
    assert world.cities[ohio].region == "OH"


GOVERNMENTS = [
    ("Gemeente Amsterdam", "NL", "Amsterdam"), ("Comune di Torino", "IT", "Turin"),
    ("City & County of Swansea", "GB", "Swansea"), ("London Borough of Merton", "GB", "London"),
    ("Ayuntamiento de Madrid", "ES", "Madrid"), ("Mestský úrad Trnava", "SK", "Trnava"),
    ("Mestský úrad v Trnave", "SK", "Trnava"), ("Göteborgs stad", "SE", "Gothenburg"),
    ("Tampereen kaupunki", "FI", "Tampere"), ("Helsingin kaupunki", "FI", "Helsinki"),
    ("Urząd Miasta Krakowa", "PL", "Kraków"), ("Київська міська рада", "UA", "Kyiv"),
    ("Львівська міська рада", "UA", "Lviv"), ("Администрация города Перми", "RU", "Perm"),
    ("福岡市", "JP", "Fukuoka"), ("서울특별시", "KR", "Seoul"), ("Comune dell'Aquila", "IT", "L'Aquila"),
    ("Ajuntament de l'Hospitalet de Llobregat", "ES", "L'Hospitalet de Llobregat"),
    ("Ville d’Aix-en-Provence", "FR", "Aix-en-Provence"), ("Tartu Linnavalitsus", "EE", "Tartu"),
    ("Câmara Municipal do Lobito", "AO", "Lobito"), ("Stadt Köln", "DE", "Köln"),
    ("Roma Capitale", "IT", "Rome"), ("Primăria Municipiului Chișinău", "MD", "Chisinau"),
    ("Alcaldía Mayor de Bogotá", "CO", "Bogotá"), ("Grad Zagreb", "HR", "Zagreb"),
    ("Δήμος Αθηναίων", "GR", "Athens"), ("City of York Council", "England", "York"),
    ("Newcastle City Council", "United Kingdom", "Newcastle upon Tyne"),
    ("Ville de Montréal", "CA", "Montréal"),
    ("İstanbul Büyükşehir Belediyesi", "TR", "Istanbul"), ("Vilniaus miesto savivaldybė", "LT", "Vilnius"),
    ("Rīgas pilsētas dome", "LV", "Riga"), ("Kristiansand kommune", "NO", "Kristiansand"),
    ("H. Ayuntamiento de San Luis Potosí", "México", "San Luis Potosí"),
    ("Mairie de Paris", "France", "Paris"),
    ("Magistrát hlavního města Prahy", "CZ", "Prague"), ("City of Philadelphia", "US", "Philadelphia"),
    ("Brighton and Hove City Council", "GB", "Brighton"), ("City of London Corporation", "GB", "London"),
    ("Landeshauptstadt Dresden", "DE", "Dresden"), ("臺北市政府", "TW", "Taipei"),
    ("臺中市政府", "TW", "Taichung"), ("桃園市政府", "TW", "Taoyuan"), ("東京都", "JP", "Tokyo"),
    ("City of Tshwane", "ZA", "Pretoria"), ("City of Tshwane Metropolitan Municipality", "ZA", "Pretoria"),
    ("Landeshauptstadt Dresden, Amt für Schulen", "DE", "Dresden"), ("Land Berlin", "DE", "Berlin"),
    ("Metropolitan Government of Nashville and Davidson County", "US", "Nashville"),
    ("Câmara Municipal de Lisboa/Departamento de Desporto", "PT", "Lisbon"),
    ("Doncaster MBC", "GB", "Doncaster"), ("Pune Municipal Corporation", "IN", "Pune"),
    ("Департамент муніципальної поліції Луцької міської ради", "UA", "Lutsk"),
    ("Ciudad de México", "MX", "Mexico City"), ("Gobierno de la Ciudad de México", "MX", "Mexico City"),
    ("Gobierno de la Ciudad Autónoma de Buenos Aires", "AR", "Buenos Aires"),
    ("Столична община", "BG", "Sofia"), ("Distrito Metropolitano de Quito", "EC", "Quito"),
    ("Municipio del Distrito Metropolitano de Quito", "EC", "Quito"), ("Одеська міська рада", "UA", "Odesa"),
    ("Tokyo Metropolitan Government", "JP", "Tokyo"), ("Seoul Metropolitan Government", "KR", "Seoul"),
    ("Reykjavíkurborg", "IS", "Reykjavík"), ("Nairobi City County", "KE", "Nairobi"),
    ("Nairobi City County Government", "KE", "Nairobi"), ("Greater Chennai Corporation", "IN", "Chennai"),
    ("Brihanmumbai Municipal Corporation", "IN", "Mumbai"), ("Jaipur Nagar Nigam", "IN", "Jaipur"),
    ("Bruhat Bengaluru Mahanagara Palike", "IN", "Bengaluru"),
    ("Addis Ababa City Administration", "ET", "Addis Ababa"),
    ("Comhairle Cathrach Bhaile Átha Cliath", "IE", "Dublin"), ("Oraș Voluntari", "RO", "Voluntari"),
    ("City Government of Cebu", "PH", "Cebu City"), ("Akureyrarbær", "IS", "Akureyri"),
    ("Buffalo City Metropolitan Municipality", "ZA", "East London"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "country", "city"), GOVERNMENTS)
def test_a_governments_name_leads_to_its_city(name: str, country: str, city: str, world: Gazetteer) -> None:
    found = resolve_name(name, world, country).city
    assert found is not None
    assert world.cities[found].name == city


def test_where_an_office_is_is_only_a_candidate(world: Gazetteer) -> None:
    clues = Clues(names=("Bath and North East Somerset Council",), locality="Keynsham", country="England")
    place = resolve(clues, world)
    assert (place.city, place.method, place.doubt) == (None, "locality", "office-only")
    assert [world.cities[each].name for each in place.candidates] == ["Keynsham"]


def test_where_a_thing_is_delivered_is_only_a_candidate(world: Gazetteer) -> None:
    place = resolve(Clues(names=("Board of Works",), delivery=("Leeds",), country="GB"), world)
    assert (place.city, place.doubt, len(place.candidates)) == (None, "delivery-only", 1)


@pytest.mark.parametrize(
    "name", ["Benin-Owena River Basin Development Authority", "Secretaría de Finanzas", ""]
)
def test_a_body_without_a_governments_name_leads_nowhere_by_its_name(name: str, world: Gazetteer) -> None:
    assert resolve(Clues(names=(name,), country="NG"), world).city is None


def test_the_publishers_registration_outweighs_every_other_clue(world: Gazetteer) -> None:
    clues = Clues(registered=MADRID, names=("Gemeente Amsterdam",), locality="London", country="GB")
    assert resolve(clues, world) == resolve(Clues(registered=MADRID), world)


def test_an_identifier_of_geonames_names_the_city(world: Gazetteer) -> None:
    clues = Clues(identifiers=(("GEONAMES", "https://www.geonames.org/2759794/"),))
    assert (resolve(clues, world).city, resolve(clues, world).method) == (AMSTERDAM, "identifier")


def test_an_identifier_in_another_country_than_the_address_is_doubtful(world: Gazetteer) -> None:
    place = resolve(Clues(identifiers=(("GEONAMES", AMSTERDAM),), country="GB"), world)
    assert (place.city, place.doubt, place.candidates) == (None, "countries-differ", (AMSTERDAM,))


def test_a_name_and_an_address_that_agree_outweigh_the_currency(world: Gazetteer) -> None:
    munich = Clues(names=("Landeshauptstadt München",), country="DE", currency="GBP")
    assert resolve(munich, world).doubt == "countries-differ"
    for locality, city in (("München", "2867714"), ("Dachau", None)):
        assert resolve(replace(munich, locality=locality), world).city == city


def test_a_currency_of_one_country_tells_the_country(world: Gazetteer) -> None:
    assert resolve(Clues(names=("Newcastle City Council",), currency="GBP"), world).city == NEWCASTLE
    assert resolve(Clues(names=("Ayuntamiento de Valencia",), currency="EUR"), world).city is None


def test_a_later_clue_settles_a_name_of_several_cities_only_if_it_is_one_of_them(world: Gazetteer) -> None:
    named = Clues(names=("Newcastle Council",), country="GB")
    agreed = resolve(replace(named, locality="Newcastle upon Tyne"), world)
    assert (agreed.city, agreed.doubt) == (NEWCASTLE, None)
    contradicted = resolve(Clues(names=("Newcastle City Council",), locality="Amsterdam"), world)
    assert contradicted.city is None
    assert NEWCASTLE in contradicted.candidates


@pytest.mark.parametrize(
    ("clues", "city"),
    [
        (Clues(country="GB"), HULL),
        (Clues(currency="GBP"), HULL),
        (Clues(home="GB"), HULL),
        (Clues(region="UKE11"), HULL),
        (Clues(identifiers=(("GB-LAE", "KHL"),)), HULL),
        (Clues(country="CA"), HULL_IN_CANADA),
        (Clues(currency="EUR"), None),
        (Clues(locality="Hull"), None),
        (Clues(country="CA", home="GB"), None),
        (Clues(country="CA", currency="GBP"), None),
    ],
)
def test_a_council_is_found_where_its_country_is_told_and_not_contradicted(
    clues: Clues, city: str | None, world: Gazetteer
) -> None:
    place = resolve(replace(clues, names=("Hull City Council",)), world)
    assert place.city == city
    assert city or {HULL, HULL_IN_CANADA} <= {*place.candidates}


def test_the_euro_contradicts_no_country_that_has_it(world: Gazetteer) -> None:
    assert resolve(Clues(names=("Stadt Köln",), country="DE", currency="EUR"), world).city
    assert resolve(Clues(names=("Nuuk Kommune",), country="GL", currency="DKK"), world).doubt is None


def homonyms() -> Iterator[str]:
    """Every name that cities of several countries bear."""
    world = gazetteer()
    for name in sorted({*world.called, *world.known_as}):
        cities = (*world.called.get(name, ()), *world.known_as.get(name, ()))
        if len({world.cities[each].country for each in cities}) > 1:
            yield name


@pytest.mark.long
def test_of_every_name_borne_in_several_countries_a_council_without_country_is_not_known(
    world: Gazetteer,
) -> None:
    names = [*homonyms()]
    known = {"boston", "hull", "richmond", "cambridge", "santiago", "leon", "san jose", "newcastle"}
    assert known <= {*names}
    assert len(names) > 2000
    written = ("{} City Council", "City of {}", "Ayuntamiento de {}")
    found = [
        council
        for name in names
        for council in (each.format(name.title()) for each in written)
        if resolve(Clues(names=(council,), locality=name.title(), currency="EUR"), world).city
    ]
    assert found == []


REGIONS = [
    # name, address (locality, region, country), the city or why it is not said
    ("Ville de Saint-Denis", ("", "La Réunion", "France"), "935264"),
    ("Ville de Saint-Denis", ("Saint-Denis", "Réunion", "FR"), "935264"),
    ("Ville de Saint-Denis", ("", "", "France"), "namesakes"),
    ("Mairie de Fort-de-France", ("", "", "FR"), "3570675"),
    ("City of San Juan", ("", "Puerto Rico", "USA"), "4568127"),
    ("Richmond City Council", ("", "California", "US"), "5387428"),
    ("Richmond City Council", ("", "CA", "US"), "5387428"),
    ("Richmond City Council", ("", "", "US"), "namesakes"),
    ("City of Springfield", ("", "State of Illinois", "US"), "4250542"),
    ("City of Springfield", ("", "Illinois", ""), "4250542"),
    ("Pasadena City Council", ("Pasadena", "Texas", "US"), "4717782"),
    ("City of London", ("", "Ontario", "Canada"), "6058560"),
    ("City of London", ("", "British Columbia", "Canada"), "address-differs"),
    ("City of Newcastle", ("", "New South Wales", "Australia"), "2155472"),
    ("City of Newcastle", ("", "Queensland", "Australia"), "address-differs"),
    ("Newport City Council", ("", "", "Wales"), "2641598"),
    ("Manchester City Council", ("", "New Hampshire", "GB"), "countries-differ"),
    ("City of Sacramento", ("Buffalo", "", "US"), "address-differs"),
    ("Leeds City Council", ("Bradford", "", "GB"), "2644688"),
]


@pytest.mark.parametrize(("name", "address", "right"), REGIONS)
def test_a_region_or_locality_tells_namesakes_apart_or_makes_the_city_doubtful(
    name: str, address: tuple[str, str, str], right: str, world: Gazetteer
) -> None:
    locality, region, country = (text or None for text in address)
    place = resolve(Clues(names=(name,), locality=locality, region=region, country=country), world)
    assert (place.city or place.doubt) == right


@pytest.mark.parametrize(
    ("country", "code", "names"),
    [("US", "CA", "California|CA|ca"), ("CA", "08", "Ontario|ON"), ("CA", "10", "Québec|QC|quebec"),
     ("AU", "02", "New South Wales|NSW"), ("GB", "SCT", "Scotland|Alba"), ("US", None, "Ontario|XX|")],
)  # fmt: skip
def test_a_region_is_known_by_its_name_and_its_abbreviation(
    country: str, code: str | None, names: str
) -> None:
    assert {region_code(country, name) for name in names.split("|")} == {code}


def test_every_region_of_the_gazetteer_in_these_countries_has_a_name(world: Gazetteer) -> None:
    coded = {(city.country, city.region) for city in world.cities.values()}
    known = [each for each in coded if each[0] in ("US", "CA", "AU", "GB") and each[1]]
    assert len(known) > 70
    assert [each for each in known if not region_name(*each)] == []


@pytest.mark.parametrize(
    ("name", "country", "locality", "right"),
    [
        ("Ville de Clermont", "FR", "Clermont", "short-name"),
        ("Ville de Clermont", "FR", "Clermont-Ferrand", "3024635"),
        ("Ville de Clermont-Ferrand", "FR", None, "3024635"),
        ("Commune de Saint-Martin", "FR", None, "short-name"),
        ("Comune di Castellammare", "IT", None, "short-name"),
        ("Ayuntamiento de Santa Cruz", "ES", None, "short-name"),
        ("Stadt Mühlheim", "DE", None, "short-name"),
        ("Newcastle Borough Council", "GB", None, "short-name"),
        ("Newcastle City Council", "GB", None, NEWCASTLE),
        ("Hull City Council", "GB", None, HULL),
        ("City of New York", "US", None, "5128581"),
        ("Ayuntamiento de Vitoria", "ES", None, "3104499"),
        ("Stadt Köln", "DE", None, "2886242"),
    ],
)
def test_the_beginning_of_a_citys_name_alone_is_a_candidate_for_review(
    name: str, country: str, locality: str | None, right: str, world: Gazetteer
) -> None:
    place = resolve(Clues(names=(name,), country=country, locality=locality), world)
    assert (place.city or place.doubt) == right
    assert place.city or place.candidates


@pytest.mark.parametrize(
    ("name", "country", "region"),
    [("Gmina Gniezno", "PL", None), ("Urząd Gminy Suwałki", "PL", None), ("Tartu vald", "EE", None),
     ("Tartu Vallavalitsus", "EE", None), ("Township of Ann Arbor", "US", "MI"),
     ("Charter Township of Kalamazoo", "US", "Michigan"), ("Town of Ithaca", "US", "New York"),
     ("Township of Langley", "CA", "BC")],
)  # fmt: skip
def test_the_municipality_around_a_city_is_not_said_to_be_the_city(
    name: str, country: str, region: str | None, world: Gazetteer
) -> None:
    place = resolve(Clues(names=(name,), country=country, region=region), world)
    assert (place.city, place.doubt) == (None, "around-a-city")


@pytest.mark.parametrize(
    ("name", "country"),
    [("Gmina Miasto Szczecin", "PL"), ("Urząd Miasta Krakowa", "PL"), ("Tartu linn", "EE"),
     ("City of Ann Arbor", "US"), ("Town of Chapel Hill", "US"), ("City of Langley", "CA")],
)  # fmt: skip
def test_a_city_that_says_so_is_certain(name: str, country: str, world: Gazetteer) -> None:
    region = {"City of Ann Arbor": "MI", "Town of Chapel Hill": "NC"}.get(name)
    assert resolve(Clues(names=(name,), country=country, region=region), world).doubt is None


@pytest.mark.parametrize("name", ["Penrith City Council of New South Wales", "Boston Borough Council"])
def test_what_is_not_known_is_for_a_reviewer(name: str, world: Gazetteer) -> None:
    place = resolve(Clues(names=(name,)), world)
    assert (place.city, place.doubt) == (None, "no-country")
    assert place.candidates


def test_a_claim_of_somebody_else_counts_without_country_where_one_country_alone_has_the_name(
    world: Gazetteer,
) -> None:
    assert resolve_claim("Gemeente Amsterdam", world).city == AMSTERDAM  # there is one in the USA, too
    assert resolve_claim("Tartu Linnavalitsus", world).city == "588335"
    assert resolve_claim("Hull City Council", world).city is None
    assert resolve_claim("Hull City Council", world, "GB").city == HULL


@pytest.mark.parametrize(
    ("text", "code"),
    [("England", "GB"), ("Scotland", "GB"), ("Russia", "RU"), ("México", "MX"), ("Україна", "UA"),
     ("日本", "JP"),
     ("nl", "NL"), ("Deutschland", "DE"), ("USA", "US"), ("Utopia", None), ("", None), (None, None)],
)  # fmt: skip
def test_countries_are_known_by_code_and_in_many_languages(
    text: str | None, code: str | None, world: Gazetteer
) -> None:
    assert country_of(text, world) == code


@pytest.mark.parametrize(
    "text", ["city of " * 2000, "council " * 2000, "x" * 20_000 + " city of", "(" * 9000]
)
def test_a_text_far_too_long_for_a_name_costs_little(text: str, world: Gazetteer) -> None:
    assert resolve_name(text, world).city is None


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=80))
def test_any_text_is_answered_with_a_known_city_or_none(text: str) -> None:
    world = gazetteer()
    place = resolve_name(text, world)
    assert place.city is None or place.city in world.cities
    assert 0 <= place.confidence <= 1
    assert (place.confidence > 0) == (place.city is not None)
