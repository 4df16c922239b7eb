"""Is a buyer a city government? Asked apart from where it is."""

import pytest

from services.submissions.adapters.reference_data import gazetteer
from services.submissions.domain.places import Judgement, authority_kind, city_government


@pytest.mark.parametrize(
    "name",
    [
        "Leeds City Council", "London Borough of Merton", "City & County of Swansea", "Gemeente Amsterdam",
        "Ayuntamiento de Madrid", "Comune di Torino", "Malmö stad", "Oslo kommune", "Urząd Miasta Krakowa",
        "Львівська міська рада", "Mestský úrad Trnava", "福岡市", "Prefeitura Municipal de Santos",
        "Alcaldía Mayor de Bogotá", "Municipalidad de Lima", "Ville de Montréal", "Tartu Linnavalitsus",
        "Ciudad de México", "Gobierno de la Ciudad Autónoma de Buenos Aires", "Столична община",
        "Distrito Metropolitano de Quito", "Tokyo Metropolitan Government", "Reykjavíkurborg",
        "Nairobi City County", "Greater Chennai Corporation", "Addis Ababa City Administration",
        "Landkreis München", "Powiat Krakowski", "Okres Plzeň-město", "Provincia di Torino",
        "Département du Rhône", "Diputación de Valencia", "Shire of Murray", "Kreis Gütersloh",
    ],
)  # fmt: skip
def test_a_local_authoritys_name_says_yes(name: str) -> None:
    assert city_government([name]).answer == "yes"


@pytest.mark.parametrize(
    "name",
    [
        "Department for Transport", "Ministry of Defence", "Medical Research Council", "University of York",
        "Benin-Owena River Basin Development Authority", "Grupo Aeroportuario Aeropuerto Internacional",
        "Leeds Teaching Hospital NHS Trust", "Universidad de Valencia",
    ],
)  # fmt: skip
def test_bodies_of_state_science_and_health_say_no(name: str) -> None:
    assert city_government([name]).answer == "no"


@pytest.mark.parametrize("name", ["", "Secretaría de Finanzas", "London", "Culture", "Mexico City"])
def test_a_place_or_a_departments_name_alone_says_nothing(name: str) -> None:
    assert city_government([name]).answer == "unknown"


def test_a_name_with_both_marks_stays_unknown() -> None:
    judgement = city_government(["Department of Streets, City of Philadelphia"])
    assert (judgement.answer, judgement.method) == ("unknown", "name")


def test_a_registered_publisher_is_believed_whatever_its_name() -> None:
    judgement = city_government(["Secretaría de Finanzas"], registered_as_city=True)
    assert (judgement.answer, judgement.method, judgement.confidence) == ("yes", "registration", 1.0)


@pytest.mark.parametrize(("scheme", "answer"), [("GB-LAE", "yes"), ("gb-las", "yes"), ("GB-COH", "unknown")])
def test_a_register_of_local_authorities_says_yes_and_a_register_of_companies_nothing(
    scheme: str, answer: str
) -> None:
    assert city_government(["Merton"], identifiers=[(scheme, "MRT")]).answer == answer


def test_the_feeds_own_classification_is_heard_last() -> None:
    judgement = city_government(["Finance"], classification="Local authority")
    assert (judgement.answer, judgement.method) == ("yes", "classification")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Durham County Council", "county"), ("The North Yorkshire Council", "county"),
        ("Renfrewshire Council", "county"), ("Rogaland Fylkeskommune", "county"),
        ("Landkreis Leipzig", "county"), ("Provincia di Torino", "county"), ("Region Skåne", "county"),
        ("Città metropolitana di Torino", "county"), ("Diputación Provincial de León", "county"),
        ("Regional Municipality of Niagara", "county"), ("Regional Municipality of Waterloo", "county"),
        ("Landkreis München", "county"), ("Powiat Krakowski", "county"), ("Okres Plzeň-město", "county"),
        ("Département du Rhône", "county"), ("Nairobi City County", "city"),
        ("Regional District of Nanaimo", "district"),
        ("County of Los Angeles", "county"), ("Starostwo Powiatowe w Krakowie", "county"),
        ("Consiliul Județean Cluj", "county"), ("Conseil départemental du Rhône", "county"),
        ("Stroud District Council", "district"), ("Shire of Augusta", "district"),
        ("Consiliul Raional Cahul", "district"), ("Kauno rajono savivaldybė", "district"),
        ("Communauté urbaine de Dunkerque", "district"), ("Mancomunidad de Pamplona", "district"),
        ("Royal Borough of Windsor and Maidenhead", "towns"), ("Cheshire West and Chester Council", "towns"),
        ("Bournemouth, Christchurch and Poole Council", "towns"), ("Telford and Wrekin Council", "towns"),
        ("City and County of Swansea", "city"), ("City of Bradford Metropolitan District Council", "city"),
        ("Brighton and Hove City Council", "city"), ("Leeds City Council", "city"),
        ("Debrecen Megyei Jogú Város Önkormányzata", "city"), ("Royal Borough of Greenwich", "city"),
    ],
)  # fmt: skip
def test_the_words_of_a_name_tell_a_county_a_district_and_a_council_of_several_towns(
    name: str, kind: str | None
) -> None:
    assert authority_kind([name], gazetteer()) == kind


@pytest.mark.parametrize(
    "name",
    ["Xunta de Galicia", "Generalitat de Catalunya", "Gobierno del Estado de Jalisco", "Grupo Aeroportuario "
     "de la Ciudad de México", "General Motors Corporation", "浙江省人民政府"],
)  # fmt: skip
def test_a_state_and_a_company_are_no_local_government(name: str) -> None:
    assert city_government([name]).answer != "yes"


def test_only_a_city_government_may_speak_for_a_city() -> None:
    assert Judgement("yes", "name", 0.85, "city").of_a_city
    assert not Judgement("yes", "name", 0.85, "county").of_a_city
    assert not Judgement("unknown", "none", 0.0).of_a_city
