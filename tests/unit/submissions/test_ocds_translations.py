"""Texts of releases in named languages are translations of the needs and solutions, as letters show them."""

from pathlib import Path

import pytest

from services.notifications.domain.letters.base import summary_for, title_for
from services.notifications.domain.localized_texts import choose
from services.submissions.adapters.files import files_in
from services.submissions.cli.offline_reader import OfflineReader
from services.submissions.domain.drafts import Draft
from services.submissions.domain.imported_facts import ImportedFact
from services.submissions.domain.ocds.translations import text_and_language
from shared.facts import Need, Solution, in_languages
from tests.unit.submissions.ocds import (
    AS_OF,
    SALT,
    Json,
    a_contract,
    a_release,
    a_tender,
    an_award,
    only,
    records,
)

CANADA = Path(__file__).parents[3].parent / "shared" / "data" / "ocds" / "canada_buyandsell"
NEWER = "2026-11-01T00:00:00Z"


def need(*releases: Json) -> Need:
    fact = only("need", *releases).fact
    assert isinstance(fact, Need)
    return fact


def solution(*releases: Json) -> Solution:
    fact = only("solution", *releases).fact
    assert isinstance(fact, Solution)
    return fact


def titles(fact: Need | Solution) -> dict[str, str]:
    """The title in every language, its own first."""
    others = (
        in_languages(fact.title, fact.translations)
        if isinstance(fact, Need)
        else {language: given.title for language, given in fact.translations.items()}
    )
    return {fact.language: fact.title, **others}


# language of the process, texts of the call, title by language (its own first)
TITLES: list[tuple[str, Json, dict[str, str]]] = [
    ("fr", {"title": "Bacs", "title_en": "Bins"}, {"fr": "Bacs", "en": "Bins"}),
    ("fr", {"title": "Bacs", "title_fr": "Bacs", "title_en": "Bins"}, {"fr": "Bacs", "en": "Bins"}),
    ("fr", {"title_en": "Bins", "title_fr": "Bacs"}, {"fr": "Bacs", "en": "Bins"}),
    ("de", {"title_fr": "Bacs", "title_en": "Bins"}, {"en": "Bins", "fr": "Bacs"}),
    ("de", {"title_fr": "Bacs"}, {"fr": "Bacs"}),
    ("fr", {"title": "Bins", "title_fr": "Bacs", "title_en": "Bins"}, {"en": "Bins", "fr": "Bacs"}),
    ("en", {"title": "Smart bins", "title_fr": "Smart bins"}, {"en": "Smart bins", "fr": "Smart bins"}),
    (
        "en",
        {"title": "Smart bins", "title_fr": "Smart bins", "title_en": "Smart bins"},
        {"en": "Smart bins", "fr": "Smart bins"},
    ),
    (
        "en",
        {"title_en_GB": "Bins", "title_de": "Tonnen", "title_fr": "Bacs"},
        {"en-GB": "Bins", "de": "Tonnen", "fr": "Bacs"},
    ),
    ("xx1", {"title": "Bacs", "title_fr": "Bacs", "title_en": "Bins"}, {"fr": "Bacs", "en": "Bins"}),
    ("en", {"title": "Bins", "title_pt_BR": "Lixeiras"}, {"en": "Bins", "pt-BR": "Lixeiras"}),
    ("en", {"title": "Bins", "title_FR": "Bacs"}, {"en": "Bins", "fr": "Bacs"}),
    ("en", {"title": "Bins", "title_details": "x", "title_": "y", "title_1": "z"}, {"en": "Bins"}),
    ("en", {"title": "Bins", "title_fr": "", "title_de": None}, {"en": "Bins"}),
    ("en", {"title": "Bins", "title_fr": "\u200b"}, {"en": "Bins"}),
    (
        "en",
        {"title": "Bins  on\ndemand", "title_fr": "Bacs\nà la demande"},
        {"en": "Bins on demand", "fr": "Bacs à la demande"},
    ),
    (
        "en",
        {"title": "B" + "a" * 299, "title_fr": "F" + "a" * 299},
        {"en": "B" + "a" * 198 + "…", "fr": "F" + "a" * 198 + "…"},
    ),
    (
        "en",
        {"title": "Contract 7", "description": "Bins", "description_fr": "Bacs"},
        {"en": "Bins", "fr": "Bacs"},
    ),
]


@pytest.mark.parametrize(("language", "texts", "expected"), TITLES)
def test_a_title_in_a_named_language_is_a_translation_of_the_title(
    language: str, texts: Json, expected: dict[str, str]
) -> None:
    tender = {key: value for key, value in a_tender(**texts).items() if key in texts or key != "title"}
    found = need(a_release(language=language, tender=tender))
    assert (found.language, titles(found)) == (next(iter(expected)), expected)


def test_every_text_of_a_need_has_its_own_translation() -> None:
    texts = {"title_fr": "Bacs", "description_fr": "Des capteurs."}
    planning = {"budget": {"project": "Clean city", "project_fr": "Ville propre"}}
    found = need(a_release(tender=a_tender(**texts), planning=planning))
    assert {one.original: one.text for one in found.translations["fr"].texts} == {
        "Emptying bins on demand": "Bacs",
        "Sensors tell when a bin is full.": "Des capteurs.",
        "Clean city": "Ville propre",
    }


LOTS = [
    ({"title_fr": "Bacs"}, {"title_fr": "Nord"}, {"fr": "Bacs: Nord"}),
    ({}, {"title_fr": "Nord"}, {}),
    ({"title_fr": "Bacs"}, {}, {}),
]


@pytest.mark.parametrize(("call", "lot", "expected"), LOTS)
def test_the_title_of_a_lot_is_in_the_languages_that_both_of_its_parts_are_in(
    call: Json, lot: Json, expected: dict[str, str]
) -> None:
    lots = [{"id": "1", "title": "North", **lot}, {"id": "2", "title": "South"}]
    found = {each.id: each.fact for each in records(a_release(tender=a_tender(lots=lots, **call)))}
    north = next(fact for key, fact in found.items() if key.endswith("#lot=1"))
    assert isinstance(north, Need)
    assert in_languages(north.title, north.translations) == expected


OF_SOLUTIONS = [
    (
        {"title_fr": "Capteurs", "description": "Full?", "description_fr": "Plein ?"},
        {"fr": ("Capteurs", "Plein ?")},
    ),
    ({"title_fr": "Capteurs"}, {"fr": ("Capteurs", "")}),
    ({"description": "Full?", "description_fr": "Plein ?"}, {}),
]


@pytest.mark.parametrize(("texts", "expected"), OF_SOLUTIONS)
def test_a_solution_is_translated_into_the_languages_of_its_title(
    texts: Json, expected: dict[str, tuple[str, str]]
) -> None:
    found = solution(a_release(tag=["contract"], awards=[an_award(**texts)], contracts=[a_contract()]))
    given = {language: (one.title, one.summary) for language, one in found.translations.items()}
    assert given == expected


# the call of a first release, the one of a second, the title by language
MERGED = [
    ({"title": "Bins", "title_fr": "Bacs"}, {"title_fr": "Des bacs"}, {"en": "Bins", "fr": "Des bacs"}),
    ({"title": "Bins", "title_fr": "Bacs"}, {"title": "Bins"}, {"en": "Bins", "fr": "Bacs"}),
    ({"title": "Bins", "title_fr": "Bacs"}, {"title": "Trams"}, {"en": "Trams"}),
    (
        {"title": "Bins", "title_fr": "Bacs"},
        {"title": "Trams", "title_de": "Bahn"},
        {"en": "Trams", "de": "Bahn"},
    ),
    (
        {"title": "Bins", "title_fr": "Bacs"},
        {"title": "Trams", "title_fr": "Bacs"},
        {"en": "Trams", "fr": "Bacs"},
    ),
    ({"title": "Bins", "title_fr": "Bacs"}, {"title_fr": None}, {"en": "Bins"}),
    ({"title": "Bins", "title_fr": "Bacs"}, {"title": None}, {"fr": "Bacs"}),
    ({"title_fr": "Bacs"}, {"title": "Bins"}, {"en": "Bins", "fr": "Bacs"}),
]


@pytest.mark.parametrize(("first", "second", "expected"), MERGED)
def test_a_translation_is_replaced_by_a_later_one_and_goes_with_the_text_that_it_is_of(
    first: Json, second: Json, expected: dict[str, str]
) -> None:
    found = need(
        a_release(tender={"status": "active", **first}), a_release(id="2", date=NEWER, tender=second)
    )
    assert titles(found) == expected


@pytest.mark.parametrize(
    ("reader", "shown"), [("en", ("Bins", "en")), ("fr", ("Bacs", "fr")), ("sv", ("Bins", "en"))]
)
def test_a_letter_shows_the_title_in_the_readers_language(reader: str, shown: tuple[str, str]) -> None:
    texts = {"title": "Bacs", "title_en": "Bins", "description": "Pleins ?", "description_en": "Full?"}
    tried = solution(
        a_release(tag=["contract"], language="fr", awards=[an_award(**texts)], contracts=[a_contract()])
    )
    title, summary = title_for(tried, (reader,)), summary_for(tried, (reader,))
    assert (title.text, title.language) == shown
    assert summary is not None
    assert summary.language == shown[1]
    wanted = need(a_release(language="fr", tender=a_tender(**texts)))
    said = choose(wanted.title, wanted.language, in_languages(wanted.title, wanted.translations), (reader,))
    assert (said.text, said.language) == shown


def test_translations_are_kept_in_the_record() -> None:
    fact = need(a_release(tender=a_tender(title_fr="Bacs")))
    again = Draft(fact=fact).model_dump(mode="json")["fact"]
    assert again["translations"] == {
        "fr": {"texts": [{"original": "Emptying bins on demand", "text": "Bacs"}]}
    }


def test_translations_are_bounded_so_that_a_record_can_be_kept() -> None:
    texts = {f"description_{one}{two}": f"{one}{two}" + "x" * 9_990 for one in "abc" for two in "abcdefgh"}
    found = need(a_release(tender=a_tender(description="y" * 9_990, **texts)))
    assert 3 <= len(found.translations) <= 5
    assert len(found.model_dump_json()) < 150_000


def test_personal_data_go_out_of_translations_too() -> None:
    found = need(a_release(tender=a_tender(title_fr="Bacs: ecrivez a jean.dupont@example.org")))
    assert "jean.dupont" not in titles(found)["fr"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("title_en", ("title", "en")),
        ("title_pt-BR", ("title", "pt-BR")),
        ("title_zh_Hant_TW", ("title", "zh-Hant-TW")),
        ("procurementMethodDetails_EN", ("procurementMethodDetails", "en")),
        ("title", ("title", None)),
        ("title_", ("title", None)),
        ("title_original", ("title", None)),
    ],
)
def test_the_name_of_a_field_tells_the_text_and_its_language(
    name: str, expected: tuple[str, str | None]
) -> None:
    assert text_and_language(name) == expected


@pytest.mark.skipif(not CANADA.exists(), reason=f"no real data at {CANADA}")
def test_contracts_of_canada_come_in_english_and_french() -> None:
    reader = OfflineReader(SALT, AS_OF, None)
    facts = [one.fact for one in reader.read(files_in([CANADA])) if isinstance(one, ImportedFact)]
    solutions = [fact for fact in facts if isinstance(fact, Solution)]
    assert {fact.language for fact in solutions} == {"en"}
    found = {fact.title: fact.translations["fr"].title for fact in solutions}
    assert found["Transcription of Live Events"] == "Transcription d'événements en direct"
    assert len(solutions) == 11
