"""Translations of the texts of a record by people, each with the original text.

A translation belongs to a text and not to a field: it applies wherever this text occurs, and no longer where
the text was changed.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from shared.facts.base import Fact, Line, Text

MOST_PHRASES = 500


class Phrase(Fact):
    """A text of the record, and its translation."""

    original: Annotated[Text, Field(min_length=1)]
    text: Annotated[Text, Field(min_length=1)]


class Texts(Fact):
    """Translations of any texts of a record into one language."""

    texts: Annotated[tuple[Phrase, ...], Field(max_length=MOST_PHRASES)] = ()


class Translation(Texts):
    """Title, summary and other texts in another language, translated by a person."""

    title: Line
    summary: Text = ""


def in_languages(text: str, translations: Mapping[str, Texts]) -> dict[str, str]:
    """Return the translations of ``text`` by language."""
    return {
        language: phrase.text
        for language, translation in translations.items()
        for phrase in translation.texts
        if phrase.original == text
    }
