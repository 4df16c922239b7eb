"""Limits on JSON from outside (size of a message, depth of nesting), and parsing it within them.

``LARGEST_MESSAGE`` limits a message with its envelope, a stored blob, the data behind a dataref, a document
that is read in one piece, and the broker's messages. It is below the limit of a MongoDB document (16 MiB),
which also holds the fields stored beside the message. ``tests/contract/test_limits.py`` compares settings,
OpenAPI, the broker's configuration and the documentation with it.
"""

import json
from itertools import accumulate

import orjson

LARGEST_MESSAGE = 10_000_000
"""In bytes."""
DEEPEST = 64
"""Levels of nesting. The parser, recursive functions here and MongoDB (100 levels) all accept more."""
NESTED_TOO_DEEPLY = f"nested deeper than {DEEPEST} levels"
_NOT_STRUCTURE = bytes(set(range(256)) - set(b'[]{}"'))
_ONE_KIND = bytes.maketrans(b"[{]}", b"(())")
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_CHUNK = 65_536


class InvalidJson(ValueError):
    """The text is not valid JSON, or is nested too deeply; the message says which."""


def too_deep(text: bytes) -> bool:
    """Return whether brackets outside strings of ``text`` nest deeper than ``DEEPEST`` levels.

    The time is linear in the length of the text for any content; the function does not recurse.
    """
    if text.count(b"[") + text.count(b"{") <= DEEPEST:
        return False
    brackets, level = _brackets(text), 0
    if _closes_within(brackets):
        return False
    for start in range(0, len(brackets), _CHUNK):
        levels = [*accumulate(map(_STEPS.__getitem__, brackets[start : start + _CHUNK]), initial=level)]
        if max(levels) > DEEPEST:
            return True
        level = levels[-1]
    return False


def _closes_within(brackets: bytes) -> bool:
    """Return whether no bracket is left after the innermost pairs are removed at most ``DEEPEST`` times."""
    remaining = brackets.translate(_ONE_KIND)
    for _ in range(DEEPEST):
        outer = remaining.replace(b"()", b"")
        if len(outer) in {0, len(remaining)}:
            return not outer
        remaining = outer
    return False


def _brackets(text: bytes) -> bytes:
    """Return the brackets of ``text`` that are outside strings."""
    quoted = text.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _NOT_STRUCTURE)
    # Two adjacent quotation marks are an empty string, or the end of one string and the start of the next.
    return b"".join(quoted.replace(b'""', b"").split(b'"')[::2])


def parse(text: bytes) -> object:
    """Return the JSON value in ``text``; raises InvalidJson on a syntax error, NaN or too deep nesting."""
    if too_deep(text):
        raise InvalidJson(NESTED_TOO_DEEPLY)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidJson(f"not JSON: {error}") from None


ANOTHER_DOCUMENT = "something stands behind the end of the document: send one document, or JSON Lines"
_SENTENCES = {
    "Expecting value": "a value is missing here",
    "Expecting ',' delimiter": "a comma is missing before this place, or a quotation mark is not closed",
    "Expecting ':' delimiter": "a colon is missing between a key and its value",
    "Expecting property name enclosed in double quotes": "a key in double quotation marks is missing here; "
    "behind the last entry there is no comma",
    "Unterminated string starting at": "the text that begins here does not end: close its quotation mark",
    "Invalid control character at": "a raw tab or line break stands inside a text: write \\t or \\n",
    "Extra data": ANOTHER_DOCUMENT,
    "Illegal trailing comma before end of object": "a comma stands behind the last entry: take it away",
    "Illegal trailing comma before end of array": "a comma stands behind the last entry: take it away",
    "Invalid \\escape": "a backslash is not followed by what may follow it: write it twice",
    "Invalid \\uXXXX escape": "\\u is not followed by four hexadecimal digits",
}


def json_mistake(error: json.JSONDecodeError) -> str:
    """Return what is wrong with a JSON text and where, as a sentence for its author."""
    sentence = _SENTENCES.get(error.msg.removesuffix(": ").strip(), "this is no JSON")
    return f"line {error.lineno}, column {error.colno}: {sentence}"
