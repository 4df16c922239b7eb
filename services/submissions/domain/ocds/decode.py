"""Bytes to JSON: the first stop, where anything may arrive."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from services.submissions.domain.privacy import DEEPEST
from shared.events import Complaint

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

LARGEST = 16 * 1024 * 1024
HTML = re.compile(rb"\s*<(!doctype|html|\?xml)", re.IGNORECASE)
PACKED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "a zip archive or a spreadsheet", b"%PDF": "a PDF"}
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


class Unreadable(Exception):
    """The bytes are not usable JSON; ``complaint`` says where and why."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.complaint = Complaint(path=path, message=message[:500])


class Decoded(NamedTuple):
    """A JSON value and the codes of what had to be mended to get it."""

    value: Json
    defects: tuple[str, ...]


def decode(raw: bytes, charset: str | None = None, largest: int = LARGEST) -> Decoded:
    """Read one JSON document.

    ``charset`` is what the sender declared, tried when the bytes are not UTF-8; then Windows-1252.
    Raises Unreadable for an empty body, HTML, more than ``largest`` bytes, what is not JSON, NaN and
    infinities, an object that gives one key two values, and nesting deeper than 64 levels.
    """
    if len(raw) > largest:
        raise Unreadable(
            "", f"{len(raw):,} bytes are more than the {largest:,} accepted; send releases one by one"
        )
    if not raw.strip():
        raise Unreadable("", "the message is empty; send one JSON document")
    if HTML.match(raw):
        raise Unreadable("", "this is HTML or XML, not JSON; was an error page sent instead of the data?")
    if packed := next((name for sign, name in PACKED.items() if raw.startswith(sign)), None):
        raise Unreadable("", f"this is {packed}, not JSON; unpack or export it, and send the JSON")
    text, defects = _text(raw, charset)
    return _parse(text, defects)


def _text(raw: bytes, charset: str | None) -> tuple[str, tuple[str, ...]]:
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return _guess(raw, charset), ("encoding",)


def _guess(raw: bytes, charset: str | None) -> str:
    for name in (
        charset,
        "utf-16" if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else None,
        "cp1252",
    ):
        try:
            return raw.decode(name) if name else raw.decode("ascii")
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("latin-1")


def _parse(text: str, defects: tuple[str, ...]) -> Decoded:
    twice: list[str] = []
    try:
        value = _decoder(twice).decode(text)
    except (RecursionError, ValueError) as error:
        raise _unreadable(error) from None
    return _checked(value, text, (*defects, "duplicate-key") if twice else defects)


def _decoder(twice: list[str]) -> json.JSONDecoder:
    def fold(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        folded = dict(pairs)
        if len(folded) != len(pairs):
            twice.append(_same_twice(pairs))
        return folded

    return json.JSONDecoder(object_pairs_hook=fold, parse_constant=_no_constant)


def _unreadable(error: Exception) -> Unreadable:
    if isinstance(error, json.JSONDecodeError):
        return Unreadable("", f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}")
    if isinstance(error, RecursionError):
        return Unreadable("", f"nested deeper than {DEEPEST} levels")
    return Unreadable("", f"not usable JSON: {error}")


def _checked(value: Json, text: str, defects: tuple[str, ...]) -> Decoded:
    if SURROGATE_ESCAPE.search(text) and LONE_SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        return Decoded(_without_surrogates(value), (*defects, "encoding-lost"))
    return Decoded(value, defects)


def _same_twice(pairs: list[tuple[str, Json]]) -> str:
    seen: dict[str, Json] = {}
    for key, value in pairs:
        if key in seen and seen[key] != value:
            raise ValueError(
                f"the key {key[:80]!r} stands twice in one object with different values; keep one"
            )
        seen[key] = value
    return pairs[0][0]


def _no_constant(name: str) -> Json:
    raise ValueError(f"{name} is not a JSON number; leave the field out when the value is not known")


def _without_surrogates(value: Json) -> Json:
    if isinstance(value, str):
        return LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {LONE_SURROGATE.sub("\ufffd", key): _without_surrogates(item) for key, item in value.items()}
    return value


class Placed(NamedTuple):
    """One of several documents in a file: what was read or why not, and the line it begins on (from 1)."""

    document: Decoded | Complaint
    line: int


def decode_several(raw: bytes, charset: str | None = None) -> Iterator[Placed]:
    """Read JSON Lines or JSON documents one after another, as files have them (messages hold one document).

    A document that cannot be read is told with its line, and reading goes on at the next line.
    """
    text, defects = _text(raw, charset)
    place, line = 0, 1
    while (start := _next_document(text, place)) < len(text):
        line += text.count("\n", place, start)
        twice: list[str] = []
        try:
            value, place = _decoder(twice).raw_decode(text, start)
            found = (*defects, "duplicate-key") if twice else defects
            yield Placed(_checked(value, text[start:place], found), line)
        except (RecursionError, ValueError) as error:
            yield Placed(_unreadable(error).complaint, line)
            place = text.find("\n", start) + 1 or len(text)
        line += text.count("\n", start, place)


def _next_document(text: str, place: int) -> int:
    """Past white space, and past the commas and marks (RFC 7464) that some put between documents."""
    while place < len(text) and text[place] in " \t\r\n,\x1e":
        place += 1
    return place
