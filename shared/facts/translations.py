"""Texts of a record in other languages, as given by people: each beside the text that it translates.

A translation belongs to words, not to a place in the record: it holds wherever these words stand, and not
where they were changed.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from shared.facts.base import Fact, Line, Text

MOST_PHRASES = 500


class Phrase(Fact):
    """A text as it stands in the record, and the same in another language."""

    original: Annotated[Text, Field(min_length=1)]
    text: Annotated[Text, Field(min_length=1)]


class Texts(Fact):
    """Texts of a record in one other language; any text that people read may be among them."""

    texts: Annotated[tuple[Phrase, ...], Field(max_length=MOST_PHRASES)] = ()


class Translation(Texts):
    """Title and summary in another language, as given by a person, and any other texts."""

    title: Line
    summary: Text = ""


def in_languages(text: str, translations: Mapping[str, Texts]) -> dict[str, str]:
    """``text`` in each of the languages that ``translations`` have it in."""
    return {
        language: phrase.text
        for language, given in translations.items()
        for phrase in given.texts
        if phrase.original == text
    }
