"""The sheet on which a native speaker reads every sentence of a language."""

import pytest

from services.notifications.cli.review_sheet import review_sheet
from services.notifications.domain.languages import LANGUAGES
from tests.unit.notifications.sample_letters import SENDER, catalogue


@pytest.mark.parametrize("locale", ["it", "ga", "ja"])
def test_the_sheet_has_a_row_for_every_sentence(locale: str) -> None:
    sheet = review_sheet(locale, SENDER)
    assert sheet.count("<tr>") == len(catalogue(locale)) + 1


def test_a_sentence_is_shown_in_the_letter_where_it_stands() -> None:
    sheet = review_sheet("it", SENDER)
    row = next(line for line in sheet.splitlines() if line.startswith("<tr><td>First step</td>"))
    assert "Primo passo</td>" in row
    assert 'alert: <span lang="it">Primo passo: Count lorries in the old town for one week' in row


@pytest.mark.slow
def test_every_language_but_english_has_a_sheet() -> None:
    for locale in LANGUAGES:
        if locale != "en":
            assert "not yet reviewed by a native speaker" in review_sheet(locale, SENDER)
