"""The subject of every kind in every language keeps at least the first words of the title it is about."""

import pytest

from services.notifications.adapters.mime import SUBJECT, subject_of
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.lineage import LineageLetter
from services.notifications.domain.vocabulary import HEADLINES
from services.notifications.samples import SAMPLES
from tests.unit.notifications.test_claims import SENDER

LONG = "Night-time freight hub for the whole of the old town and its suburbs, run by all carriers together."
FIRST_WORDS = "Night-time"
ABOUT_A_TITLE = sorted(set(SAMPLES) - {"account", "confirmation", "circle", "legacy_pack"})


def with_titles(value: object) -> object:
    """``value`` with every title in it replaced by the long one."""
    if isinstance(value, dict):
        return {key: with_title(key, one) for key, one in value.items()}
    return [with_titles(one) for one in value] if isinstance(value, list | tuple) else value


def with_title(key: str, value: object) -> object:
    if key == "need_title" or (key == "title" and isinstance(value, str)):
        return LONG
    if key == "title" and isinstance(value, dict):
        return value | {"text": LONG, "original": None, "original_language": None}
    return () if key == "phrases" else with_titles(value)


def long_titled(letter: Letter) -> Letter:
    return type(letter).model_validate(with_titles(letter.model_dump()))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ABOUT_A_TITLE)
def test_a_subject_keeps_the_first_words_of_a_long_title(kind: str, language: str) -> None:
    subject = subject_of(long_titled(SAMPLES[kind](language)), SENDER)
    assert len(subject) <= SUBJECT
    assert FIRST_WORDS in subject


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("news", sorted(HEADLINES))
def test_a_subject_of_a_lineage_letter_says_what_happened_and_to_what(news: str, language: str) -> None:
    letter = long_titled(SAMPLES["lineage"](language))
    assert isinstance(letter, LineageLetter)
    what, shared = news.removeprefix("shared_"), news.startswith("shared_")
    told = letter.model_copy(update={"what": what, "took": None if shared else "adapted"})
    subject = subject_of(told, SENDER)
    assert len(subject) <= SUBJECT
    assert f"{FIRST_WORDS} freight" in subject, "at least two words"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["question", "partners", "digest"])
def test_a_long_name_of_a_city_leaves_room_for_the_title(kind: str, language: str) -> None:
    name = "Llanfairpwllgwyngyll and Villages of the Southern Coast of Anglesey"
    letter = long_titled(SAMPLES[kind](language))
    update: dict[str, object] = {"city_name": name, "sharing_city": name}
    if kind == "partners":
        update["other"] = letter.other.model_copy(update={"city_name": name})  # type: ignore[attr-defined]
    assert FIRST_WORDS in subject_of(letter.model_copy(update=update), SENDER)
