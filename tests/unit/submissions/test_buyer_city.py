"""Whose process it is: only what is sure has a city, the rest says why it waits."""

import pytest

from services.submissions.adapters.reference_data import gazetteer, topic_table
from services.submissions.cli.reading import line_of
from services.submissions.domain.imported_facts import Buyer
from services.submissions.domain.ocds.buyer_city import REASONS, UnplacedBuyer, buyer_key, notice, unplaced_in
from services.submissions.domain.ocds.mapping import ReferenceTables, records_of
from services.submissions.domain.publisher_profiles import UNKNOWN
from shared.facts import UNRESOLVED
from tests.unit.submissions.ocds import AS_OF, a_release, reading

HULL, BRIGHTON = "2645425", "2654710"
WORLD = ReferenceTables(gazetteer(), topic_table())
Given = dict[str, object]


def a_buyer(name: str, **address: object) -> Given:
    """A release that says of its buyer only this, and no currency."""
    named = {"id": "B", "name": name, "address": address}
    return a_release(buyer=named, parties=[{**named, "roles": ["buyer"]}], tender={"title": "Cycle lanes"})


def the_need(release: Given, **decided: str | None) -> tuple[str | None, str | None, str | None]:
    """The city, the reason why there is none, and the kind of authority."""
    by_name = {buyer_key(name.replace("_", " ")): city for name, city in decided.items()}
    found = records_of(reading(release, UNKNOWN).releases, UNKNOWN, WORLD, AS_OF, by_name)
    (need,) = (each for each in found if each.kind == "need")
    assert need.fact.city == (need.city or UNRESOLVED)
    assert need.waits == ("city-unsure" in need.defects)
    return need.city, need.place.doubt, need.government.kind


@pytest.mark.parametrize(
    ("name", "address", "right"),
    [
        ("Hull City Council", {}, (None, "no-country", "city")),
        ("Boston Borough Council", {}, (None, "no-country", "city")),
        ("Penrith City Council of New South Wales", {}, (None, "no-country", "city")),
        ("Hull City Council", {"countryName": "United Kingdom"}, (HULL, None, "city")),
        ("Bath and North East Somerset Council", {"locality": "Keynsham", "countryCode": "GB"},
         (None, None, "towns")),
        ("Wirral Borough Council", {"locality": "Birkenhead", "countryCode": "GB"},
         (None, "office-only", None)),
        ("Durham County Council", {"locality": "Durham", "countryName": "GB"}, (None, None, "county")),
        ("Stroud District Council", {"locality": "Stroud", "countryName": "GB"}, (None, None, "district")),
        ("Brighton and Hove City Council", {"countryName": "GB"}, (BRIGHTON, None, "city")),
        ("Narvik kommune", {"countryName": "Norway"}, (None, "not-found", None)),
        ("City of Richmond", {"countryName": "US"}, (None, "namesakes", "city")),
    ],
)  # fmt: skip
def test_a_need_has_a_city_only_where_it_is_sure(
    name: str, address: Given, right: tuple[str | None, str | None, str | None]
) -> None:
    assert the_need(a_buyer(name, **address)) == right


def test_a_decision_is_of_the_name_however_it_is_written() -> None:
    assert the_need(a_buyer("HULL  CITY COUNCIL"), Hull_City_Council=HULL) == (HULL, None, "city")
    assert the_need(a_buyer("Leeds City Council"), Hull_City_Council=HULL) == (None, "no-country", "city")


def test_what_was_decided_to_be_no_citys_waits_no_longer() -> None:
    assert the_need(a_buyer("Hull City Council"), Hull_City_Council=None) == (None, None, None)


def test_a_read_line_says_the_reason_the_candidates_and_the_kind() -> None:
    found = records_of(reading(a_buyer("Hull City Council"), UNKNOWN).releases, UNKNOWN, WORLD, AS_OF)
    line = line_of(found[0])
    assert (line["city"], line["buyer"]) == (None, "Hull City Council")
    assert line["authority"] == {"city_government": "yes", "kind": "city"}
    place = line["place"]
    assert isinstance(place, dict)
    assert place["reason"] == "no-country"
    assert HULL in place["candidates"]


def test_the_sender_is_told_why_what_it_may_be_and_what_to_say() -> None:
    found = records_of(reading(a_buyer("Hull City Council"), UNKNOWN).releases, UNKNOWN, WORLD, AS_OF)
    unplaced = unplaced_in(found, "portal")
    assert unplaced is not None
    told = notice(unplaced, WORLD.gazetteer)
    assert told.path == "buyer.name"
    assert REASONS["no-country"] in told.message
    assert f"{HULL} (Kingston upon Hull, England, GB)" in told.message
    assert "countryName" in told.message


def test_a_buyer_is_asked_about_once_for_each_publisher() -> None:
    asked = [
        UnplacedBuyer(publisher=publisher, buyer=Buyer(name=name), doubt="no-country")
        for publisher in ("portal", "other")
        for name in ("Hull City Council", "HULL CITY COUNCIL")
    ]
    assert len({each.key for each in asked}) == 2
