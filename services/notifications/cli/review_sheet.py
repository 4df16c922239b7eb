"""A sheet on which a native speaker reads every sentence of a language, each in a letter where it stands."""

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import NamedTuple

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from services.notifications.adapters.localizer import CATALOGUES, localizer_for
from services.notifications.adapters.mime import put_into_words
from services.notifications.domain.sender import Sender
from services.notifications.samples import SAMPLES

GAP = re.compile(r"%\\\((\w+)\\\)s")
PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Review sheet: {name}</title>
<style>body {{ font: 16px sans-serif; margin: 2em }} table {{ border-collapse: collapse }}
td, th {{ border: 1px solid #999; padding: .4em; vertical-align: top; text-align: left }}
td:last-child {{ min-width: 14em }}</style></head>
<body><h1>Review sheet: {name}</h1>
<p>{count} sentences, not yet reviewed by a native speaker. Please write what should change into the last
column. What stands in %(…)s is put in by the letter and must stay; forms of a plural are separated by a bar.
What to do with the sheet: CONTRIBUTING.md, "Review a language".</p>
<table><tr><th>English</th><th>{name}</th><th>As it stands in a letter</th><th>Better</th></tr>
{rows}
</table></body></html>
"""
ROW = '<tr><td>{english}</td><td lang="{locale}">{said}</td><td>{where}</td><td></td></tr>'
WHERE = '{kind}: <span lang="{locale}">{line}</span>'


class ReviewLine(NamedTuple):
    """A line of a letter in English and in the language under review."""

    kind: str
    english: str
    translation: str


def review_sheet(locale: str, sender: Sender) -> str:
    """The sheet of a language as one HTML page."""
    lines = _lines(locale, sender)
    rows = [_row(message, lines, locale) for message in _sentences(locale)]
    name = localizer_for("en").language_name(locale)
    return PAGE.format(name=escape(name), count=len(rows), rows="\n".join(rows))


def _sentences(locale: str) -> list[Message]:
    with (CATALOGUES / locale / "LC_MESSAGES" / "letters.po").open("rb") as text:
        return [message for message in read_po(text, locale=locale) if message.id]


def _lines(locale: str, sender: Sender) -> list[ReviewLine]:
    """The letters of every kind, line by line; the templates are the same, so the lines are the same."""
    return [
        ReviewLine(kind, english, translation)
        for kind, make in SAMPLES.items()
        for english, translation in zip(
            put_into_words(make("en"), sender).text.splitlines(),
            put_into_words(make(locale), sender).text.splitlines(),
            strict=True,
        )
    ]


def _row(message: Message, lines: list[ReviewLine], locale: str) -> str:
    forms, translations = _forms(message.id), _forms(message.string)
    patterns = [_pattern(form) for form in forms]
    shown = next((line for line in lines if any(one.search(line.english) for one in patterns)), None)
    where = "on a page, or in another case of a letter"
    if shown:
        where = WHERE.format(kind=shown.kind, locale=locale, line=escape(shown.translation.strip()))
    return ROW.format(
        english=escape(" | ".join(forms)), locale=locale, said=escape(" | ".join(translations)), where=where
    )


def _forms(words: str | Sequence[str] | None) -> list[str]:
    """A sentence, or each of its plural forms."""
    return [words] if isinstance(words, str) else list(words or ())


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    """Finds a sentence, its gaps filled with anything, as a part of a line."""
    words = GAP.sub(".+", re.escape(sentence))
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
