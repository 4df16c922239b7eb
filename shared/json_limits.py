"""JSON as it comes from outside: how large one message may be, how deep it may nest, and reading it.

``LARGEST_MESSAGE`` is the one limit of size: of a message with its envelope, of a deposit, of the data behind
a dataref, of a document that is read whole, and of what the broker takes. It leaves room for what is kept
around it in one document of MongoDB (16 MiB). ``tests/contract/test_limits.py`` compares settings, OpenAPI,
the broker's configuration and the documentation with it.
"""

from itertools import accumulate

import orjson

LARGEST_MESSAGE = 10_000_000
"""In bytes."""
DEEPEST = 64
"""Levels of nesting; parsers, walkers and the store all take more."""
NESTED_TOO_DEEPLY = f"nested deeper than {DEEPEST} levels"
_NOT_STRUCTURE = bytes(set(range(256)) - set(b'[]{}"'))
_ONE_KIND = bytes.maketrans(b"[{]}", b"(())")
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_PIECE = 65_536


class InvalidJson(ValueError):
    """The text is not JSON that is read here; the message says why."""


def too_deep(text: bytes) -> bool:
    """Return whether brackets outside strings of ``text`` nest deeper than ``DEEPEST`` levels.

    Takes time in proportion to the text, whatever it holds, and does not recurse.
    """
    if text.count(b"[") + text.count(b"{") <= DEEPEST:
        return False
    brackets, level = _brackets(text), 0
    if _closes_within(brackets):
        return False
    for start in range(0, len(brackets), _PIECE):
        levels = [*accumulate(map(_STEPS.__getitem__, brackets[start : start + _PIECE]), initial=level)]
        if max(levels) > DEEPEST:
            return True
        level = levels[-1]
    return False


def _closes_within(brackets: bytes) -> bool:
    """Whether all is closed once the innermost pairs were taken away ``DEEPEST`` times, level by level."""
    left = brackets.translate(_ONE_KIND)
    for _ in range(DEEPEST):
        outer = left.replace(b"()", b"")
        if len(outer) in {0, len(left)}:
            return not outer
        left = outer
    return False


def _brackets(text: bytes) -> bytes:
    """Return the brackets of ``text`` that stand outside strings."""
    quoted = text.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _NOT_STRUCTURE)
    # Two marks with nothing between them are an empty string, or one that ends where the next begins.
    return b"".join(quoted.replace(b'""', b"").split(b'"')[::2])


def parse(text: bytes) -> object:
    """Return the JSON value in ``text``; raises InvalidJson on bad text, NaN, or nesting that is too deep."""
    if too_deep(text):
        raise InvalidJson(NESTED_TOO_DEEPLY)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidJson(f"not JSON: {error}") from None
