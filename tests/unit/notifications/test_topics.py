"""Topics by name: what is searched for is found, what cannot be understood is said, and stops no letters."""

import json
from pathlib import Path

import pytest

from services.notifications.adapters.country_names import countries, zones
from services.notifications.adapters.officials_file import read_file
from services.notifications.adapters.topic_names import known_topic, named, suggested
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.recipients import wants_topic
from services.notifications.domain.topics import GATHERED
from services.notifications.domain.vocabulary import MISTAKES, THEMES
from services.notifications.samples import official


@pytest.mark.parametrize(
    ("search", "locale", "code"),
    [
        ("lighting", "en", "THEME:street-lighting"),
        ("LIGHT street", "en", "CPV:349285"),
        ("34928500", "en", "CPV:349285"),
        ("CPV:34928500", "en", "CPV:349285"),
        ("349285", "en", "CPV:349285"),
        ("oświetlenie", "pl", "CPV:31"),
        ("street light", "nb", "CPV:349285"),
        ("gatebelysning", "nb", "THEME:street-lighting"),
        ("valaistus", "fi", "CPV:315"),
        ("vatten", "sv", "THEME:water-sewage"),
    ],
)
def test_a_word_or_a_code_finds_its_topic(search: str, locale: str, code: str) -> None:
    found = suggested(search, locale)
    assert code in [topic.code for topic in found]
    assert len(found) <= 12
    assert all(known_topic(topic.code) and topic.name for topic in found)


@pytest.mark.parametrize("search", ["", "   ", "qwertz", "9" * 400, "*", "light\0"])
def test_what_means_nothing_finds_nothing(search: str) -> None:
    assert suggested(search, "en") == []


def test_a_name_that_excludes_a_word_is_not_found_by_it() -> None:
    assert "CPV:39" not in [topic.code for topic in suggested("lighting", "en")]


@pytest.mark.parametrize(
    "topic", ["lighting", "34928500", "CPV:", "CPV:9", "CPV:x", "CPV:99", "THEME:x", "905"]
)
def test_what_no_need_can_have_is_no_topic(topic: str) -> None:
    assert not known_topic(topic)


@pytest.mark.parametrize("topic", ["CPV:905", "CPV:90500000", "THEME:waste", "COFOG:05.1", "SDG:11.6"])
def test_what_needs_have_is_a_topic_with_a_name(topic: str) -> None:
    assert known_topic(topic)
    assert all(named(topic, locale).name for locale in LANGUAGES)


def test_a_theme_wants_the_codes_it_gathers() -> None:
    lit = official().model_copy(update={"topics": ("THEME:street-lighting",)})
    for topic, wanted in (("CPV:34928510", True), ("CPV:31500000", True), ("CPV:90500000", False)):
        assert wants_topic(lit, (topic,)) is wanted
    assert wants_topic(lit, ("THEME:street-lighting",))
    assert set(GATHERED) == set(THEMES)


@pytest.mark.parametrize(("kept", "topic", "wanted"), [
    (("lighting",), "CPV:90500000", True),
    (("lighting", "CPV:905"), "CPV:90500000", True),
    (("lighting", "CPV:905"), "CPV:60000000", False),
    (("34928500",), "CPV:34928500", True),
    (("34928500",), "CPV:90500000", False),
])  # fmt: skip
def test_a_word_that_an_older_page_saved_stops_no_letters(
    kept: tuple[str, ...], topic: str, *, wanted: bool
) -> None:
    assert wants_topic(official().model_copy(update={"topics": kept}), (topic,)) is wanted


def test_an_import_refuses_an_unknown_topic_in_the_words_of_the_page_and_names_the_nearest(
    tmp_path: Path,
) -> None:
    file = tmp_path / "officials.json"
    good = official().model_dump(mode="json") | {"city": "3094802"}
    file.write_text(json.dumps([good, good | {"topics": ["CPV:905", "lighting"]}]), "utf-8")
    with pytest.raises(ValueError, match="lighting") as refused:
        read_file(file)
    said = str(refused.value)
    assert said.startswith("row 2, topics.1: 'lighting'")
    assert MISTAKES["topic"] in said
    assert "Street lighting (THEME:street-lighting)" in said


@pytest.mark.parametrize("locale", LANGUAGES)
def test_countries_and_zones_have_names_in_every_language(locale: str) -> None:
    assert len(countries(locale)) > 200
    assert {"UTC", "Europe/Warsaw", "America/New_York", "Asia/Tokyo"} <= set(zones(locale))
    assert all(countries(locale).values())
