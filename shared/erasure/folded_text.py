"""A text as it is meant: escapes read, case and accents folded; each sign knows where it stands."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Self
from unicodedata import normalize
from urllib.parse import unquote_to_bytes

# Of URLs, quoted-printable mail (with its soft line ends), HTML and JSON.
ESCAPES = re.compile(
    r"(?P<url>(?:%[0-9A-Fa-f]{2})+)|(?P<quoted>(?:=(?:[0-9A-Fa-f]{2}|\r?\n))+)"
    r"|(?P<html>&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,31});)|(?P<json>(?:\\u[0-9A-Fa-f]{4})+|\\[nrt/\"])"
)
LETTERS = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ħ": "h",
    "ı": "i",
    "ŧ": "t",
    "Ł": "l",
    "Ø": "o",
    "Đ": "d",
    "Ð": "d",
    "Þ": "th",
    "Æ": "ae",
    "Œ": "oe",
    "Ħ": "h",
    "Ŧ": "t",
}
UNMARKED = re.compile(f"[{''.join(LETTERS)}]")
# The marks that accents are made of, in the scripts that have letters with accents.
MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0"
    "\u3099\u309a\ufe20-\ufe2f]"
)
DEEPEST = 3


def plainly(text: str) -> Iterator[str]:
    """``text`` as it stands and with its escapes read, folded: to see quickly whether a word is in it."""
    for _ in range(DEEPEST):
        yield fold(text)
        further = ESCAPES.sub(_meant, text) if _has_escapes(text) else text
        if further == text:
            return
        text = further


class FoldedText:
    """A text, and for each of its signs the span of the original that it stands for."""

    def __init__(self, text: str, spans: list[tuple[int, int]] | None = None) -> None:
        self.text, self._spans = text, spans

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the part from ``start`` to ``end`` stands in the original."""
        if self._spans is None:
            return start, end
        return self._spans[start][0], self._spans[end - 1][1]

    def decoded(self) -> Iterator[Self]:
        """The text as it stands, then with its escapes read, and theirs."""
        view = self
        for _ in range(DEEPEST):
            yield view
            further = view._unescaped()
            if further.text == view.text:
                return
            view = further

    def folded(self) -> "FoldedText":
        """In lower case and without accents, so that ``KRAKÓW`` is ``krakow``."""
        if self.text.isascii():
            return FoldedText(self.text.lower(), self._spans)
        signs: list[str] = []
        spans: list[tuple[int, int]] = []
        for place, sign in enumerate(self.text):
            plain = fold(sign)
            signs.append(plain)
            spans += [self.span(place, place + 1)] * len(plain)
        return FoldedText("".join(signs), spans)

    def _unescaped(self) -> Self:
        if not _has_escapes(self.text):
            return self
        signs: list[str] = []
        spans: list[tuple[int, int]] = []
        last = 0
        for found in ESCAPES.finditer(self.text):
            signs.append(self.text[last : found.start()])
            spans += [self.span(place, place + 1) for place in range(last, found.start())]
            meant = _meant(found)
            signs.append(meant)
            spans += [self.span(*found.span())] * len(meant)
            last = found.end()
        signs.append(self.text[last:])
        spans += [self.span(place, place + 1) for place in range(last, len(self.text))]
        return type(self)("".join(signs), spans)


def fold(text: str) -> str:
    """``text`` in lower case and without accents."""
    if text.isascii():
        return text.lower()
    plain = normalize("NFKD", UNMARKED.sub(lambda found: LETTERS[found[0]], text))
    return MARKS.sub("", plain).casefold()


def _has_escapes(text: str) -> bool:
    return any(mark in text for mark in "%=&\\")


def _meant(found: re.Match[str]) -> str:
    said = found[0]
    if found["html"]:
        return unescape(said)
    if found["json"]:
        return str(json.loads(f'"{said}"', strict=False))
    joined = re.sub(r"=\r?\n", "", said).replace("=", "%") if found["quoted"] else said
    data = unquote_to_bytes(joined)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
