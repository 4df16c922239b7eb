"""The catalogues say everything the letters say, in every language, with the same gaps to fill."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import polib
import pytest
from babel.messages.plurals import get_plural

from services.notifications.domain.languages import LANGUAGES
from services.notifications.samples import SAMPLES
from tests.unit.notifications.sample_letters import catalogue, rendered

SERVICE = Path(__file__).parents[3] / "services" / "notifications"
LOCALE = SERVICE / "locale"
TRANSLATED = [language for language in LANGUAGES if language != "en"]
EXTRACT = (
    "extract --mapping-file locale/babel.cfg --keyword mark --keyword piece --keyword counted:1,2 "
    "--no-location --sort-output --output-file"
)

UPDATE = (
    "update --input-file locale/letters.pot --output-dir locale --domain letters "
    "--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date"
)


@cache
def template() -> frozenset[str]:
    """What there is to translate, as it is committed."""
    return frozenset(one.msgid for one in polib.pofile(str(LOCALE / "letters.pot")))


def gaps(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


def test_the_template_lists_what_letters_and_pages_say(tmp_path: Path) -> None:
    """Write it anew as ``locale/README.md`` says."""
    fresh = tmp_path / "letters.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", *EXTRACT.split(), str(fresh), "."]
    subprocess.run(command, check=True, cwd=SERVICE)
    assert {one.msgid for one in polib.pofile(str(fresh))} == template()


def test_the_catalogues_are_as_babel_would_update_them() -> None:
    """What ``locale/README.md`` says, with ``--check``: nothing is written, anything stale is an error."""
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", *UPDATE.split()]
    subprocess.run([*command, "--check"], check=True, cwd=SERVICE)


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_is_translated_with_the_same_gaps(language: str) -> None:
    said = catalogue(language)
    assert {one.msgid for one in said} == template()
    for one in said:
        assert not one.fuzzy
        for text in one.msgstr_plural.values() if one.msgid_plural else [one.msgstr]:
            assert text.strip(), one.msgid
            assert gaps(text) == gaps(one.msgid), (one.msgid, text)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_language_is_not_english_under_another_name(language: str) -> None:
    said = catalogue(language)
    same = [one.msgid for one in said if one.msgstr == one.msgid]
    assert len(same) <= len(said) // 80, same


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_plural_form_of_a_language_is_there_with_all_its_gaps(language: str) -> None:
    """How many forms a language has is what the Unicode CLDR, by Babel, says of it."""
    said = catalogue(language)
    forms = get_plural(language).num_plurals
    counted = [one for one in said if one.msgid_plural]
    assert counted
    for one in counted:
        assert len(one.msgstr_plural) == forms, one.msgid
        assert all(gaps(text) == gaps(one.msgid_plural) for text in one.msgstr_plural.values()), one.msgid


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_letter_of_any_kind_leaves_no_sentence_of_ours_in_english(language: str) -> None:
    """The facts of the samples are in English, so a sentence of ours is looked for by itself."""
    translations = catalogue(language)
    english = {one.msgid for one in translations if not gaps(one.msgid) and one.msgstr != one.msgid}
    for kind in SAMPLES:
        said = rendered(kind, language)
        pieces = {piece.strip() for line in said.text.splitlines() for piece in re.split(r"[:·–]| {2}", line)}
        assert not pieces & english, (kind, pieces & english)


@pytest.mark.parametrize("language", [one for one in TRANSLATED if one != "ja"])
def test_a_city_is_never_followed_by_an_ending(language: str) -> None:
    """Estonian, Finnish and others write the case of a noun at its end; what is put in has only one form.

    Japanese has particles, which stand after any name, and no spaces."""
    for one in catalogue(language):
        for text in one.msgstr_plural.values() or [one.msgstr]:
            assert not re.search(r"%\(\w+\)s-?\w", text), (one.msgid, text)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_label_followed_by_the_words_of_a_city_has_one_colon(language: str) -> None:
    """The letter writes ``label: their words``; a label with a colon of its own would have two."""
    for kind in ("alert", "warning", "lineage"):
        for line in rendered(kind, language).text.splitlines():
            assert not re.search(r":\s*\S+: A by-law of one page", line), line


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_sentence_that_ends_with_a_date_has_one_full_stop(language: str) -> None:
    """Russian and Ukrainian write the year with an abbreviation, whose point ends the sentence."""
    for kind in ("account", "confirmation", "warning", "partners"):
        said = rendered(kind, language)
        assert ".." not in said.text.replace("...", "…"), said.text


def test_colons_and_commas_between_words_of_ours_are_those_of_the_language() -> None:
    japanese = rendered("alert", "ja")
    for text in (japanese.text, japanese.html):
        assert not re.search(r"[\u3040-\u30ff\u4e00-\u9fff][:,] ", text)
    french = rendered("alert", "fr").text
    assert "Première étape\N{NO-BREAK SPACE}: Count lorries" in french
    assert not re.search(r"\w:\s", french)
