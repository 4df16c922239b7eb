"""The city's own description: what stands in its form, and what a form says."""

import pytest

from services.notifications.adapters.localizer import localizer_for
from services.notifications.domain.desk.city_profile import (
    FIELDS,
    SECTIONS,
    described,
    differences,
    values_of,
)
from services.notifications.domain.desk.profile_words import DIMENSIONS, PROFILE, SHARPENS
from shared.facts import CityProfile, Indicators

NUMBERS = localizer_for("en")
GERMAN = localizer_for("de")
CHOICES = ({"PL": "Poland", "GB": "United Kingdom"}, ("en", "pl"))
KRAKOW = CityProfile.model_validate(
    {
        "id": "3094802",
        "name": "Kraków",
        "country": "PL",
        "population": 804237,
        "timezone": "Europe/Warsaw",
        "next_election": "2029-04-15",
        "agreed_risk": 1 / 3,
        "anchors": ("funds",),
        "have": {"kerb_sensors": 0.5},
        "ratings": {"kerb_sensors": {"value": 1, "author": "Mobility", "reason": "tried"}},
        "indicators": {
            "innovation_unit": False,
            "staff_per_1000": 12.5,
            "language": "pl",
            "population": 804237,
        },
    }
)


def typed(**changes: str) -> dict[str, tuple[str, ...]]:
    return values_of(KRAKOW, NUMBERS) | {name: (value,) for name, value in changes.items()}


def test_a_form_that_is_sent_as_it_was_shown_says_the_same_and_keeps_what_it_does_not_ask() -> None:
    said = described(KRAKOW, KRAKOW.id, typed(), 4, NUMBERS, CHOICES)
    assert said.event is not None
    assert said.event.based_on == 4
    assert {name: getattr(said.event, name) for name in CityProfile.model_fields} == dict(KRAKOW)
    assert differences(typed(), values_of(KRAKOW, NUMBERS)) == {}


def test_every_indicator_is_asked_and_says_what_it_sharpens() -> None:
    asked = {field.name for field in FIELDS}
    assert set(Indicators.model_fields) <= asked
    assert asked == PROFILE.keys()
    assert asked - {"name", "country"} == SHARPENS.keys()
    assert SECTIONS.keys() == DIMENSIONS.keys()


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("innovation_unit", "yes", True),
        ("innovation_unit", "no", False),
        ("innovation_unit", "unknown", None),
        ("staff_per_1000", "", None),
        ("staff_per_1000", "14.5", 14.5),
        ("mandate", "2", 2),
        ("skills_present", "40", 0.4),
        ("skills_present", "0", 0.0),
        ("language", "en", "en"),
    ],
)
def test_an_answer_is_recorded_as_the_message_has_it(field: str, value: str, expected: object) -> None:
    said = described(KRAKOW, KRAKOW.id, typed(**{field: value}), 4, NUMBERS, CHOICES)
    assert said.event is not None
    assert getattr(said.event.indicators, field) == expected


@pytest.mark.parametrize(
    ("field", "value", "mistake"),
    [
        ("name", "", "say_something"),
        ("name", "n" * 501, "too_long"),
        ("country", "", "say_something"),
        ("country", "XX", "choose"),
        ("language", "tlh", "choose"),
        ("population", "many", "number"),
        ("population", "0", "too_small"),
        ("population", "1.5", "number"),
        ("staff_per_1000", "-1", "too_small"),
        ("mandate", "4", "too_large"),
        ("mandate", "1.5", "number"),
        ("agreed_risk", "120", "percent"),
        ("skills_present", "half", "number"),
        ("next_election_month", "13", "no_such_day"),
        ("staff_per_1000", "1" + "0" * 25, "too_large"),
        ("density", "1" + "0" * 21, "too_large"),
        ("debt_ratio", "1" + "0" * 24, "too_large"),
        ("population", "1" + "0" * 40, "too_large"),
        ("population", "1_000", "number"),
        ("unemployment", "101", "too_large"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(field: str, value: str, mistake: str) -> None:
    said = described(KRAKOW, KRAKOW.id, typed(**{field: value}), 4, NUMBERS, CHOICES)
    assert said.event is None
    assert said.mistakes == {field.removesuffix("_month"): mistake}


def test_numbers_are_written_and_read_as_the_reader_writes_them() -> None:
    values = values_of(KRAKOW, GERMAN)
    assert (values["population"], values["staff_per_1000"]) == (("804.237",), ("12,5",))
    said = described(KRAKOW, KRAKOW.id, values | {"staff_per_1000": ("13,25",)}, 4, GERMAN, CHOICES)
    assert said.event is not None
    assert (said.event.population, said.event.indicators.staff_per_1000) == (804237, 13.25)


def test_a_city_that_never_described_itself_begins_with_nothing_known() -> None:
    empty = values_of(None, NUMBERS)
    named = empty | {"name": ("Kraków",), "country": ("PL",)}
    assert {value for values in empty.values() for value in values} == {"unknown"}
    said = described(None, "3094802", named, None, NUMBERS, CHOICES)
    assert said.event is not None
    assert (said.event.id, said.event.indicators, said.event.based_on) == ("3094802", Indicators(), None)


def test_what_is_recorded_differently_is_found_by_field() -> None:
    theirs = values_of(KRAKOW.model_copy(update={"population": 800_000}), NUMBERS)
    assert differences(typed(name="Krakau"), theirs) == {"name": ("Kraków",), "population": ("800,000",)}
