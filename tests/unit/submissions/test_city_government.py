"""Is a buyer a city government? Asked apart from where it is."""

import pytest

from services.submissions.domain.places import city_government


@pytest.mark.parametrize(
    "name",
    [
        "Leeds City Council", "London Borough of Merton", "City & County of Swansea", "Gemeente Amsterdam",
        "Ayuntamiento de Madrid", "Comune di Torino", "Malmö stad", "Oslo kommune", "Urząd Miasta Krakowa",
        "Львівська міська рада", "Mestský úrad Trnava", "福岡市", "Prefeitura Municipal de Santos",
        "Alcaldía Mayor de Bogotá", "Municipalidad de Lima", "Ville de Montréal", "Tartu Linnavalitsus",
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
