"""Every sentence that scoring can say is said in every language of the letters, with the same gaps to fill.

Services never import each other: the ids and the parameters are the contract, and this is where it is held.
"""

import re
from string import Formatter

import pytest

from services.notifications.adapters.localizer import catalogue, localizer_for
from services.notifications.adapters.message_format import WORDS, sentence, unit_name
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.sentence_patterns import SENTENCES, Piece
from services.notifications.domain.vocabulary import UNITS, VOCABULARY
from services.notifications.samples import attempts, hub
from services.scoring.domain.assessment import assess
from services.scoring.domain.bands import Band
from services.scoring.domain.explanations import LEVELS, STRENGTHS
from services.scoring.domain.message_catalogue import ENGLISH, TERMS
from services.scoring.domain.score_changes import sentences
from services.scoring.domain.transferability import DIMENSIONS, PROCESS
from shared.events import Contribution, Sentence
from tests.builders import a_city
from tests.unit.scoring.cases import FRAMEWORK, NOW

NEVER_SENT = {"alike"}
"""Likeness goes out as a number; the sentence for it is said by scoring's own pages only."""
IDS = sorted({key for key in ENGLISH if "." not in key} - NEVER_SENT)
ABOVE = {"what"}
"""The row says what a sentence is about, so most sentences do not repeat it."""
NUMBERS = re.compile(r"%\((\w+)\)s")


def asked(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(ENGLISH[message]) if name}


def gaps(texts: list[str]) -> set[str]:
    return {name for text in texts for name in NUMBERS.findall(text)}


def translations(piece: Piece, language: str) -> list[str]:
    """The text of a piece in every plural form."""
    if piece.several is None:
        return [catalogue(language).gettext(piece.text)]
    return sorted({catalogue(language).ngettext(piece.text, piece.several, n) for n in range(1, 30)})


def example(message: str) -> Sentence:
    """A sentence with a value for every gap: the first word of a vocabulary, or a number."""
    values: dict[str, str | int | float] = {}
    for name in asked(message):
        words = [key.removeprefix(f"{name}.") for key in ENGLISH if key.startswith(f"{name}.")]
        values[name] = words[0] if words else 3
    if message == "band_changed":
        values = {"before": Band.READY, "after": Band.ADAPT}
    return Sentence(message=message, parameters=values, reason="only in English")


def test_the_ids_are_those_of_scoring() -> None:
    assert sorted(SENTENCES) == IDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_has_the_gaps_of_its_id_in_every_plural_form(language: str) -> None:
    for message in IDS:
        forms = [translations(piece, language) for piece in SENTENCES[message]]
        for piece, texts in zip(SENTENCES[message], forms, strict=True):
            assert all(gaps([text]) == gaps([piece.text]) for text in texts), (message, texts)
        said = gaps([texts[0] for texts in forms])
        assert said - ABOVE == asked(message) - ABOVE, message


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_said_in_the_readers_language(language: str) -> None:
    for message in IDS:
        said = sentence(example(message), localizer_for(language))
        assert said.language == language, message
        assert not re.search(r"%\(|\{|duration|only in English", said.text), said.text


def test_every_word_that_scoring_puts_into_a_sentence_has_a_translation() -> None:
    for name, field in WORDS.items():
        keys = {key.removeprefix(f"{name}.") for key in ENGLISH if key.startswith(f"{name}.")} - {"unknown"}
        assert keys <= VOCABULARY[field].keys(), name
    assert TERMS - WORDS.keys() == {"nearest", "indicator"}


def test_every_criterion_dimension_strength_level_and_band_has_a_word() -> None:
    assert set(STRENGTHS) == VOCABULARY["strength"].keys()
    assert set(LEVELS) == VOCABULARY["level"].keys()
    assert {*DIMENSIONS} <= VOCABULARY["criterion"].keys()
    assert all(localizer_for("pl").word("band", band) for band in Band)


def test_the_unit_that_every_city_is_asked_for_has_the_same_name_on_both_sides() -> None:
    assert {PROCESS.id: PROCESS.name} == UNITS
    assert unit_name(PROCESS.id, PROCESS.name, "en", localizer_for("fi")).language == "fi"
    own = unit_name(PROCESS.id, "Ein Verfahren", "de", localizer_for("fi"))
    assert (own.text, own.language) == ("Ein Verfahren", "de")


def test_what_has_no_words_is_said_in_english_and_marked_so() -> None:
    for told in (
        Sentence(reason="Heerlen stopped it"),
        Sentence(message="from_a_later_version", reason="Heerlen stopped it"),
        Sentence(message="cap", parameters={"cut": 3}, reason="Heerlen stopped it"),
    ):
        said = sentence(told, localizer_for("ja"))
        assert (said.text, said.language) == ("Heerlen stopped it", "en")


def test_a_real_assessment_and_its_changes_are_said_without_english() -> None:
    city = a_city()
    before, after = (assess(hub(), tried, FRAMEWORK, NOW, city) for tried in ((), attempts()))
    told: list[Contribution | Sentence] = [
        *(one for each in (before, after) for one in each.evaluation_contributions),
        *(one for each in (before, after) for one in each.risk_contributions),
        *(one for each in (before, after) for one in each.transfer_contributions),
        *assess(hub(), attempts(), FRAMEWORK, NOW).risk_contributions,
        *sentences(before, after),
    ]
    assert {one.message for one in told} >= {"evidence", "missing_risk", "not_applicable", "driver"}
    assert {sentence(one, localizer_for("ga")).language for one in told} == {"ga"}
