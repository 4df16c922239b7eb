"""A person as names, e-mail addresses and telephone numbers, and removing them from stored values."""

import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Self

import orjson

from shared.erasure import name_patterns
from shared.erasure.folded_text import FoldedText, folded_forms
from shared.json_limits import InvalidJson, parse

ERASED = "[erased]"
ERASED_ADDRESS = "erased@erased.example"
SHORTEST = 4
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
NESTED = 3


class Person:
    """Whom to erase; ``words`` are names, e-mail addresses and telephone numbers.

    Raises ``ValueError`` for a word of fewer than ``SHORTEST`` letters, which would match unrelated text.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(word.strip() for word in words)
        if short := [word for word in self.words if not long_enough(word)]:
            raise ValueError(f"{short[0]!r} has fewer than {SHORTEST} letters and would erase too much")
        self._patterns = [name_patterns.of(word) for word in self.words]

    @property
    def addresses(self) -> frozenset[str]:
        """The e-mail addresses among the words, in lower case."""
        return frozenset(word.lower() for word in self.words if "@" in word)

    def at_addresses(self) -> Self | None:
        """Return the person by e-mail addresses alone, or None where there is none."""
        return type(self)(sorted(self.addresses)) if self.addresses else None

    def is_in(self, value: Any) -> bool:  # noqa: ANN401 - any stored value
        """Return whether a stored value of any type names the person."""
        return bool(self.without(value) != value)

    def without(self, value: Any) -> Any:  # noqa: ANN401 - any stored value
        """Return ``value`` without the person; a value that does not name the person is returned equal."""
        match value:
            case str():
                return self._text(value)
            case bytes():
                return self._bytes(value)
            case dict():
                return {self.without(key): self.without(item) for key, item in value.items()}
            case list() | tuple():
                return [self.without(item) for item in value]
            case _:
                return value

    def _text(self, text: str, depth: int = 0) -> str:
        if not self._is_named(text):
            return self._in_base64(text, depth) if depth < NESTED else text
        for view in FoldedText(text).decoded():
            if spans := list(self._spans(view)):
                return self._text(_replaced(text, spans), depth)
        return self._in_base64(text, depth) if depth < NESTED else text

    def _is_named(self, text: str) -> bool:
        return any(pattern.is_in(folded) for folded in folded_forms(text) for pattern in self._patterns)

    def _spans(self, view: FoldedText) -> Iterator[tuple[int, int]]:
        folded = view.folded()
        for pattern in self._patterns:
            for match in pattern.finditer(folded.text):
                yield folded.span(match.start(), match.end())

    def _in_base64(self, text: str, depth: int) -> str:
        def clean(match: re.Match[str]) -> str:
            try:
                decoded = b64decode(match[0].replace("-", "+").replace("_", "/"), validate=True).decode()
            except (Error, UnicodeDecodeError):
                return match[0]
            cleaned = self._text(decoded, depth + 1)
            return match[0] if cleaned == decoded else b64encode(cleaned.encode()).decode()

        return BASE64.sub(clean, text) if len(text) >= 24 else text

    def _bytes(self, data: bytes) -> bytes:
        """Erase in the parsed values of JSON, or in the text of other bytes."""
        try:
            value = parse(data)
        except InvalidJson:
            text = data.decode("utf-8", "surrogateescape")
            cleaned_text = self._text(text)
            return data if cleaned_text == text else cleaned_text.encode("utf-8", "surrogateescape")
        cleaned = self.without(value)
        return data if cleaned == value else orjson.dumps(cleaned)


def long_enough(word: str) -> bool:
    """Return whether a word has at least ``SHORTEST`` letters or digits."""
    return sum(map(str.isalnum, word)) >= SHORTEST


def _replaced(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return ``text`` with ``spans`` (start, end) replaced; overlapping spans are merged.

    A text that is only an e-mail address becomes another valid address, so that stored documents stay valid.
    """
    merged: list[list[int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    alone = len(merged) == 1 and text[slice(*merged[0])] == text.strip() and "@" in text
    new = ERASED_ADDRESS if alone else ERASED
    for start, end in reversed(merged):
        text = text[:start] + new + text[end:]
    return text
