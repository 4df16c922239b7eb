"""A person as names, addresses and telephone numbers, found in stored values however they are written."""

import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Self

import orjson

from shared.erasure import name_patterns
from shared.erasure.folded_text import FoldedText, plainly
from shared.json_limits import InvalidJson, parse

ERASED = "[erased]"
ERASED_ADDRESS = "erased@erased.example"
SHORTEST = 4
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
NESTED = 3


class Person:
    """Whom to erase; ``words`` are names, e-mail addresses and telephone numbers as the person writes them.

    Raises ``ValueError`` for a word so short that it would erase other people's words.
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
        """The same person by e-mail addresses alone; ``None`` where none is known."""
        return type(self)(sorted(self.addresses)) if self.addresses else None

    def is_in(self, value: Any) -> bool:  # noqa: ANN401 - any stored value
        """Whether a stored value, whatever its shape, names the person."""
        return bool(self.without(value) != value)

    def without(self, value: Any) -> Any:  # noqa: ANN401 - any stored value
        """The same value without the person; what does not name the person comes back equal."""
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

    def _text(self, said: str, depth: int = 0) -> str:
        if not self._is_named(said):
            return self._in_base64(said, depth) if depth < NESTED else said
        for view in FoldedText(said).decoded():
            if spans := list(self._found(view)):
                return self._text(_replaced(said, spans), depth)
        return self._in_base64(said, depth) if depth < NESTED else said

    def _is_named(self, said: str) -> bool:
        return any(pattern.is_in(folded) for folded in plainly(said) for pattern in self._patterns)

    def _found(self, view: FoldedText) -> Iterator[tuple[int, int]]:
        folded = view.folded()
        for pattern in self._patterns:
            for found in pattern.finditer(folded.text):
                yield folded.span(found.start(), found.end())

    def _in_base64(self, said: str, depth: int) -> str:
        def clean(found: re.Match[str]) -> str:
            try:
                inside = b64decode(found[0].replace("-", "+").replace("_", "/"), validate=True).decode()
            except (Error, UnicodeDecodeError):
                return found[0]
            after = self._text(inside, depth + 1)
            return found[0] if after == inside else b64encode(after.encode()).decode()

        return BASE64.sub(clean, said) if len(said) >= 24 else said

    def _bytes(self, data: bytes) -> bytes:
        """Erase in JSON as it is meant; in any other bytes as they stand."""
        try:
            meant = parse(data)
        except InvalidJson:
            text = data.decode("utf-8", "surrogateescape")
            after = self._text(text)
            return data if after == text else after.encode("utf-8", "surrogateescape")
        cleaned = self.without(meant)
        return data if cleaned == meant else orjson.dumps(cleaned)


def long_enough(word: str) -> bool:
    """Whether a word names one person, and not half of all texts."""
    return sum(map(str.isalnum, word)) >= SHORTEST


def _replaced(said: str, spans: Sequence[tuple[int, int]]) -> str:
    """``said`` with each of ``spans`` replaced; spans that overlap are one.

    A text that is nothing but an address stays a valid address, so that what is kept can still be read.
    """
    merged: list[list[int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    alone = len(merged) == 1 and said[slice(*merged[0])] == said.strip() and "@" in said
    new = ERASED_ADDRESS if alone else ERASED
    for start, end in reversed(merged):
        said = said[:start] + new + said[end:]
    return said
