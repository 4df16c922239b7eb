"""Bytes to JSON: the first stop, where anything may arrive."""

import codecs
import json
import re
from math import isfinite
from typing import NamedTuple

import orjson

from services.submissions.domain.json_value import DEEPEST, Json
from shared.events import Complaint

Pairs = list[tuple[str, Json]]

LARGEST = 16 * 1024 * 1024
HTML = re.compile(rb"\s*<(!doctype|html|\?xml)", re.IGNORECASE)
PACKED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "a zip archive or a spreadsheet", b"%PDF": "a PDF"}
DIGITS_ALIKE = bytes.maketrans(b"123456789", b"000000000")
LONG_NUMBER = b"0" * 19  # of 64 bits and more
HIDDEN_MARK = rb"\u0022"
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
    Numbers that are none (NaN, 1e400) and those of 19 digits and more come as they were written, as text.
    Raises Unreadable for an empty body, HTML, more than ``largest`` bytes, what is not JSON, an object that
    gives one key two values, and nesting deeper than 64 levels.
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
    return _at_once(raw) or _parse(*text_of(raw, charset))


def _at_once(raw: bytes) -> Decoded | None:
    """What a quick parser makes of it, unless it dropped a key given twice or may have rounded a long number.

    A dropped key leaves fewer quotation marks than were sent.
    """
    try:
        value = orjson.loads(raw)
        whole = orjson.dumps(value).count(b'"') == raw.count(b'"')
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    exact = LONG_NUMBER not in raw.translate(DIGITS_ALIKE) and HIDDEN_MARK not in raw
    return Decoded(value, ()) if whole and exact else None


def text_of(raw: bytes, charset: str | None) -> tuple[str, tuple[str, ...]]:
    """The text in some bytes, and the codes of what had to be guessed."""
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
    twice: list[Pairs] = []
    try:
        value = _decoder(twice).decode(text)
    except (RecursionError, ValueError) as error:
        raise _unreadable(error) from None
    return _checked(value, text, twice, defects)


def decode_at(text: str, place: int, defects: tuple[str, ...] = ()) -> tuple[Decoded | Complaint, int]:
    """The JSON document that begins at ``place``, and where it ends; raises Unreadable where none does."""
    twice: list[Pairs] = []
    try:
        value, end = _decoder(twice).raw_decode(text, place)
    except (RecursionError, ValueError) as error:
        raise _unreadable(error) from None
    try:
        return _checked(value, text[place:end], twice, defects), end
    except Unreadable as error:
        return error.complaint, end


def _decoder(twice: list[Pairs]) -> json.JSONDecoder:
    """A decoder that puts aside the objects in which a key stands twice."""

    def fold(pairs: Pairs) -> dict[str, Json]:
        folded = dict(pairs)
        if len(folded) != len(pairs):
            twice.append(pairs)
        return folded

    return json.JSONDecoder(
        object_pairs_hook=fold, parse_constant=str, parse_float=_fraction, parse_int=_integer
    )


def _fraction(written: str) -> float | str:
    """A number, or the text of one that is none to us (1e400): the reader says so where it stands."""
    value = float(written)
    return value if isfinite(value) else written


def _integer(written: str) -> int | str:
    """A number, or its text where other parsers would round it: as an id it is still the same."""
    return int(written) if len(written) < len(LONG_NUMBER) else written


def _unreadable(error: Exception) -> Unreadable:
    if isinstance(error, json.JSONDecodeError):
        return Unreadable("", f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}")
    if isinstance(error, RecursionError):
        return Unreadable("", f"nested deeper than {DEEPEST} levels")
    return Unreadable("", f"not usable JSON: {error}")


def _checked(value: Json, text: str, twice: list[Pairs], defects: tuple[str, ...]) -> Decoded:
    for pairs in twice:
        _refuse_two_values(pairs)
    if twice:
        defects = (*defects, "duplicate-key")
    if SURROGATE_ESCAPE.search(text) and LONE_SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        return Decoded(_without_surrogates(value), (*defects, "encoding-lost"))
    return Decoded(value, defects)


def _refuse_two_values(pairs: Pairs) -> None:
    seen: dict[str, Json] = {}
    for key, value in pairs:
        if seen.setdefault(key, value) != value:
            raise Unreadable(
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
