"""Bytes to JSON: the first stop, where anything may arrive; several documents in one; lines of paths."""

import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from math import isfinite
from typing import NamedTuple

import orjson

from services.submissions.domain.json_types import Json
from shared.events import Complaint
from shared.json_limits import ANOTHER_DOCUMENT, LARGEST_MESSAGE, NESTED_TOO_DEEPLY, json_mistake, too_deep

Pairs = list[tuple[str, Json]]

LARGEST = LARGEST_MESSAGE
HTML = re.compile(rb"\s*<(!doctype|html|\?xml)", re.IGNORECASE)
PACKED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "a zip archive or a spreadsheet", b"%PDF": "a PDF"}
DIGITS_ALIKE = bytes.maketrans(b"123456789", b"000000000")
LONG_NUMBER = b"0" * 19  # of 64 bits and more
ANOTHER = "Extra data"
CONTROL = "Invalid control character at"
JSON_SPACE = re.compile(r"[ \t\r\n]*")
HIDDEN_MARK = rb"\u0022"
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


class UndecodableJson(Exception):
    """The bytes are not usable JSON; ``complaint`` says where and why.

    ``broken`` is whether it is JSON with a mistake in it, so that what is whole in it can be read.
    """

    def __init__(self, path: str, message: str, *, broken: bool = False) -> None:
        super().__init__(message)
        self.broken = broken
        self.complaint = Complaint(path=path, message=message[:500])

    @property
    def several(self) -> bool:
        """Whether a whole document is followed by something else, as in JSON Lines."""
        return ANOTHER_DOCUMENT in self.complaint.message


class DecodedJson(NamedTuple):
    """A JSON value and the codes of what had to be mended to get it."""

    value: Json
    defects: tuple[str, ...]


def decode(raw: bytes, charset: str | None = None, largest: int = LARGEST) -> DecodedJson:
    """Read one JSON document.

    ``charset`` is what the sender declared, tried when the bytes are not UTF-8; then Windows-1252.
    Numbers that are none (NaN, 1e400) and those of 19 digits and more come as they were written, as text.
    Raises UndecodableJson for an empty body, HTML, more than ``largest`` bytes, what is not JSON, an object
    that gives one key two values, and nesting deeper than 64 levels.
    """
    if len(raw) > largest:
        raise UndecodableJson(
            "", f"{len(raw):,} bytes are more than the {largest:,} accepted; send releases one by one"
        )
    if not raw.startswith((b"{", b"[")):
        _refuse_no_json(raw)
    return _at_once(raw) or _parse(*text_of(raw, charset))


def _refuse_no_json(raw: bytes) -> None:
    if not raw.strip():
        raise UndecodableJson("", "the message is empty; send one JSON document")
    if HTML.match(raw):
        raise UndecodableJson(
            "", "this is HTML or XML, not JSON; was an error page sent instead of the data?"
        )
    if packed := next((name for sign, name in PACKED.items() if raw.startswith(sign)), None):
        raise UndecodableJson("", f"this is {packed}, not JSON; unpack or export it, and send the JSON")


def _at_once(raw: bytes) -> DecodedJson | None:
    """What a quick parser makes of it, unless it dropped a key given twice or may have rounded a long number.

    A dropped key leaves fewer quotation marks than were sent.
    """
    try:
        value = orjson.loads(raw)
        whole = orjson.dumps(value).count(b'"') == raw.count(b'"')
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    exact = LONG_NUMBER not in raw.translate(DIGITS_ALIKE) and HIDDEN_MARK not in raw
    return DecodedJson(value, ()) if whole and exact else None


def text_of(raw: bytes, charset: str | None) -> tuple[str, tuple[str, ...]]:
    """The text in some bytes, and the codes of what had to be guessed.

    A text that is UTF-8 but for some bytes stays UTF-8, and each bad byte costs one character.
    """
    unicode = json.detect_encoding(raw)
    try:
        return raw.decode("utf-8-sig" if unicode == "utf-8" else unicode), () if "8" in unicode else (
            "encoding",
        )
    except UnicodeDecodeError:
        pass
    if _mostly_utf8(raw):
        return raw.decode("utf-8-sig", errors="replace"), ("encoding-lost",)
    return _guess(raw, charset), ("encoding",)


def _mostly_utf8(raw: bytes) -> bool:
    """Whether more characters beyond ASCII are right in UTF-8 than wrong; other encodings have hardly any."""
    text = raw.decode("utf-8", errors="replace")
    wrong = text.count("\ufffd")
    return sum(map(len, BEYOND_ASCII.findall(text))) - wrong > wrong


def _guess(raw: bytes, charset: str | None) -> str:
    for name in (charset, "cp1252"):
        try:
            return raw.decode(name) if name else raw.decode("ascii")
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("latin-1")


def _parse(text: str, defects: tuple[str, ...]) -> DecodedJson:
    decoded, end = decode_at(text, JSON_SPACE.match(text).end(), defects)  # type: ignore[union-attr]
    if isinstance(decoded, Complaint):
        raise UndecodableJson(decoded.path, decoded.message, broken=True)
    end = JSON_SPACE.match(text, end).end()  # type: ignore[union-attr]
    if end != len(text):
        raise _unreadable(json.JSONDecodeError(ANOTHER, text, end))
    return decoded


def decode_at(text: str, place: int, defects: tuple[str, ...] = ()) -> tuple[DecodedJson | Complaint, int]:
    """The JSON document that begins at ``place``, and where it ends; raises UndecodableJson where none
    does.
    """
    twice: list[Pairs] = []
    try:
        value, end = _decoder(twice).raw_decode(text, place)
    except json.JSONDecodeError as error:
        if error.msg != CONTROL:
            raise _unreadable(error) from None
        value, end = _lenient(text, place, twice)
        defects = (*defects, "control-character")
    except (RecursionError, ValueError) as error:
        raise _unreadable(error) from None
    try:
        _refuse_depth(text[place:end])
        return _checked(value, text[place:end], twice, defects), end
    except UndecodableJson as error:
        return error.complaint, end


def _lenient(text: str, place: int, twice: list[Pairs]) -> tuple[Json, int]:
    """The same where raw control characters, as tabs and line breaks, stand inside texts."""
    twice.clear()
    try:
        return _decoder(twice, strict=False).raw_decode(text, place)
    except (RecursionError, ValueError) as error:
        raise _unreadable(error) from None


def _refuse_depth(text: str) -> None:
    if too_deep(text.encode("utf-8", "surrogatepass")):
        raise UndecodableJson("", NESTED_TOO_DEEPLY, broken=True)


def _decoder(twice: list[Pairs], *, strict: bool = True) -> json.JSONDecoder:
    """A decoder that puts aside the objects in which a key stands twice."""

    def fold(pairs: Pairs) -> dict[str, Json]:
        folded = dict(pairs)
        if len(folded) != len(pairs):
            twice.append(pairs)
        return folded

    return json.JSONDecoder(
        object_pairs_hook=fold, parse_constant=str, parse_float=_fraction, parse_int=_integer, strict=strict
    )


def _fraction(written: str) -> float | str:
    """A number, or the text of one that is none to us (1e400): the reader says so where it stands."""
    value = float(written)
    return value if isfinite(value) else written


def _integer(written: str) -> int | str:
    """A number, or its text where other parsers would round it: as an id it is still the same."""
    return int(written) if len(written.removeprefix("-")) < len(LONG_NUMBER) else written


def _unreadable(error: Exception) -> UndecodableJson:
    if isinstance(error, json.JSONDecodeError):
        return UndecodableJson("", f"not JSON at {json_mistake(error)}", broken=True)
    if isinstance(error, RecursionError):
        return UndecodableJson("", NESTED_TOO_DEEPLY, broken=True)
    return UndecodableJson("", f"not usable JSON: {error}")


def _checked(value: Json, text: str, twice: list[Pairs], defects: tuple[str, ...]) -> DecodedJson:
    for pairs in twice:
        _refuse_two_values(pairs)
    if twice:
        defects = (*defects, "duplicate-key")
    if SURROGATE_ESCAPE.search(text) and LONE_SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        return DecodedJson(_without_surrogates(value), (*defects, "encoding-lost"))
    return DecodedJson(value, defects)


def _refuse_two_values(pairs: Pairs) -> None:
    seen: dict[str, Json] = {}
    for key, value in pairs:
        if seen.setdefault(key, value) != value:
            raise UndecodableJson(
                "", f"the key {key[:80]!r} stands twice in one object with different values; keep one"
            )


def _without_surrogates(value: Json) -> Json:
    if isinstance(value, str):
        return LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {LONE_SURROGATE.sub("\ufffd", key): _without_surrogates(item) for key, item in value.items()}
    return value


class PlacedDocument(NamedTuple):
    """One of several documents in a file: what was read or why not, and the line it begins on (from 1)."""

    document: DecodedJson | Complaint
    line: int


def decode_several(raw: bytes, charset: str | None = None) -> Iterator[PlacedDocument]:
    """Read JSON Lines or JSON documents one after another, as files have them (messages hold one document).

    A document that cannot be read is told with its line, and reading goes on at the next line.
    """
    text, defects = text_of(raw, charset)
    place, line = 0, 1
    while (start := next_document(text, place)) < len(text):
        line += text.count("\n", place, start)
        document: DecodedJson | Complaint
        try:
            document, place = decode_at(text, start, defects)
        except UndecodableJson as error:
            document, place = error.complaint, text.find("\n", start) + 1 or len(text)
        yield PlacedDocument(document, line)
        line += text.count("\n", start, place)


def next_document(text: str, place: int) -> int:
    """Past white space, and past the commas and marks (RFC 7464) that some put between documents."""
    while place < len(text) and text[place] in " \t\r\n,\x1e":
        place += 1
    return place


STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
SPACE = re.compile(r"[ \t\r\n,:]*")
LINE_BREAK = re.compile("\n")
DECODER = json.JSONDecoder()


class LineNumbers:
    """The lines of one valid JSON text. Each object and list is looked through once, whatever is asked."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._fields: dict[int, dict[str, int]] = {}
        self._items: dict[int, list[int]] = {}

    def line_of(self, path: str, line: int = 1) -> int:
        """The line (from 1) of the value at ``path`` (``releases[0].tender.status``).

        ``line`` is that on which its document begins. Where the path leads nowhere (a missing field, a name
        that was translated), it is the line of what is nearest above.
        """
        place = self._past_space(self._breaks[line - 2] + 1 if 1 < line <= len(self._breaks) + 1 else 0)
        with suppress(RecursionError):
            for name, index in STEP.findall(path):
                member = self._item(place, int(index)) if index else self._field(place, name)
                if member is None:
                    break
                place = member
        return bisect_left(self._breaks, place) + 1

    @cached_property
    def _breaks(self) -> list[int]:
        """Where the lines end."""
        return [line_break.start() for line_break in LINE_BREAK.finditer(self._text)]

    def _past_space(self, place: int) -> int:
        match = SPACE.match(self._text, place)
        assert match is not None
        return match.end()

    def _field(self, place: int, name: str) -> int | None:
        if self._text[place : place + 1] != "{":
            return None
        if place not in self._fields:
            self._fields[place] = self._fields_of(place)
        return self._fields[place].get(name)

    def _fields_of(self, place: int) -> dict[str, int]:
        """Where the values of an object begin, by name; of a name that stands twice the first."""
        fields: dict[str, int] = {}
        place = self._past_space(place + 1)
        with suppress(ValueError):
            while self._text[place : place + 1] == '"':
                key, end = DECODER.raw_decode(self._text, place)
                value = self._past_space(end)
                fields.setdefault(key, value)
                place = self._past_space(DECODER.raw_decode(self._text, value)[1])
        return fields

    def _item(self, place: int, index: int) -> int | None:
        if self._text[place : place + 1] != "[":
            return place if index == 0 else None  # one object where a list was due
        if place not in self._items:
            self._items[place] = self._items_of(place)
        items = self._items[place]
        return items[index] if index < len(items) else None

    def _items_of(self, place: int) -> list[int]:
        """Where the entries of a list begin."""
        items: list[int] = []
        place = self._past_space(place + 1)
        with suppress(ValueError):
            while self._text[place : place + 1] not in ("]", ""):
                items.append(place)
                place = self._past_space(DECODER.raw_decode(self._text, place)[1])
        return items
