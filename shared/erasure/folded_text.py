"""Text with escapes decoded and case and accents folded, with positions in the original text."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Self
from unicodedata import normalize
from urllib.parse import unquote_to_bytes

# Escapes of URLs (RFC 3986), quoted-printable mail with soft line breaks (RFC 2045), HTML and JSON.
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
# Combining marks (accents) in scripts that have accented letters.
MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0"
    "\u3099\u309a\ufe20-\ufe2f]"
)
DEEPEST = 3


def folded_forms(text: str) -> Iterator[str]:
    """Yield ``text`` folded, then with its escapes decoded up to three times: for a quick search."""
    for _ in range(DEEPEST):
        yield fold(text)
        decoded = ESCAPES.sub(_decode, text) if _has_escapes(text) else text
        if decoded == text:
            return
        text = decoded


class FoldedText:
    """A text, and for each of its characters the span (start, end) in the original; None: the same."""

    def __init__(self, text: str, spans: list[tuple[int, int]] | None = None) -> None:
        self.text, self._spans = text, spans

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span in the original of the characters from ``start`` to ``end``."""
        if self._spans is None:
            return start, end
        return self._spans[start][0], self._spans[end - 1][1]

    def decoded(self) -> Iterator[Self]:
        """Yield the text, then with its escapes decoded, at most three times in all."""
        view = self
        for _ in range(DEEPEST):
            yield view
            decoded = view._unescaped()
            if decoded.text == view.text:
                return
            view = decoded

    def folded(self) -> "FoldedText":
        """Return the text in lower case and without accents: ``KRAKÓW`` becomes ``krakow``."""
        if self.text.isascii():
            return FoldedText(self.text.lower(), self._spans)
        parts: list[str] = []
        spans: list[tuple[int, int]] = []
        for index, character in enumerate(self.text):
            plain = fold(character)
            parts.append(plain)
            spans += [self.span(index, index + 1)] * len(plain)
        return FoldedText("".join(parts), spans)

    def _unescaped(self) -> Self:
        if not _has_escapes(self.text):
            return self
        parts: list[str] = []
        spans: list[tuple[int, int]] = []
        last = 0
        for escape in ESCAPES.finditer(self.text):
            parts.append(self.text[last : escape.start()])
            spans += [self.span(index, index + 1) for index in range(last, escape.start())]
            decoded = _decode(escape)
            parts.append(decoded)
            spans += [self.span(*escape.span())] * len(decoded)
            last = escape.end()
        parts.append(self.text[last:])
        spans += [self.span(index, index + 1) for index in range(last, len(self.text))]
        return type(self)("".join(parts), spans)


def fold(text: str) -> str:
    """Return ``text`` in lower case and without accents (NFKD without combining marks)."""
    if text.isascii():
        return text.lower()
    plain = normalize("NFKD", UNMARKED.sub(lambda match: LETTERS[match[0]], text))
    return MARKS.sub("", plain).casefold()


def _has_escapes(text: str) -> bool:
    return any(mark in text for mark in "%=&\\")


def _decode(match: re.Match[str]) -> str:
    escape = match[0]
    if match["html"]:
        return unescape(escape)
    if match["json"]:
        return str(json.loads(f'"{escape}"', strict=False))
    joined = re.sub(r"=\r?\n", "", escape).replace("=", "%") if match["quoted"] else escape
    data = unquote_to_bytes(joined)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
