"""The catalogues say everything the letters say, in every language, with the same gaps to fill."""

import re
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from services.notifications.language import LANGUAGES

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


def gaps(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


def test_the_template_lists_what_letters_and_pages_say(tmp_path: Path) -> None:
    """Write it anew as ``locale/README.md`` says."""
    fresh = tmp_path / "letters.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", *EXTRACT.split(), str(fresh), "."]
    subprocess.run(command, check=True, cwd=SERVICE)
    assert {one.msgid for one in polib.pofile(str(fresh))} == {
        one.msgid for one in polib.pofile(str(LOCALE / "letters.pot"))
    }


def test_the_catalogues_are_as_babel_would_update_them() -> None:
    """What ``locale/README.md`` says, with ``--check``: nothing is written, anything stale is an error."""
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", *UPDATE.split()]
    subprocess.run([*command, "--check"], check=True, cwd=SERVICE)


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_is_translated_with_the_same_gaps(language: str) -> None:
    listed = {one.msgid for one in polib.pofile(str(LOCALE / "letters.pot"))}
    said = polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "letters.po"))
    assert {one.msgid for one in said} == listed
    for one in said:
        assert not one.fuzzy
        for text in one.msgstr_plural.values() if one.msgid_plural else [one.msgstr]:
            assert text.strip(), one.msgid
            assert gaps(text) == gaps(one.msgid), (one.msgid, text)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_language_is_not_english_under_another_name(language: str) -> None:
    said = polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "letters.po"))
    same = [one.msgid for one in said if one.msgstr == one.msgid]
    assert len(same) < 8, same
