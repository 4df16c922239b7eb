"""Which characters names, titles, texts and ids from outside may contain.

Removed: control characters (C0, C1); overrides, embeddings and isolates of writing direction; zero-width
characters that no script needs; annotation and tag characters; noncharacters. In a line, line breaks and
tabs become one space. Kept: all letters of all scripts, the joiners ZWJ and ZWNJ, the marks LRM, RLM and ALM,
variation selectors, combining characters. A lone surrogate, which UTF-8 cannot encode, becomes U+FFFD.
"""

import re

from pydantic import ValidationInfo

FROM_OUTSIDE = {"outside": True}
"""Validation context of input from publishers: ids with such characters are rejected, not changed."""
REPLACEMENT = "\ufffd"
_BREAKS = "\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_BREAK = re.compile(f"\r\n|[{_BREAKS}]")
_BREAKS_IN_LINE = re.compile(f" *[\t{_BREAKS}][\t {_BREAKS}]*")
_REMOVED = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"  # C0, C1, without the line breaks among them
    "\u202a-\u202e\u2066-\u2069"  # direction: embeddings, overrides, isolates
    "\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff"  # without width
    "\ufff9-\ufffb\U000e0000-\U000e007f"  # annotations and tags: hidden text
    "\ufdd0-\ufdef\ufffe\uffff]"  # noncharacters
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ANY = re.compile(f"[\t{_BREAKS}]|{_REMOVED.pattern}|{_SURROGATE.pattern}")


def one_line(text: str) -> str:
    """Return ``text`` on one line without removed characters; U+FFFD where nothing visible is left."""
    if text.isprintable():
        return text
    return _visible(text, _removed(_BREAKS_IN_LINE.sub(" ", text)))


def many_lines(text: str) -> str:
    """Return ``text`` without removed characters; all line breaks become ``\\n``, tabs stay."""
    return text if text.isprintable() else _removed(_BREAK.sub("\n", text))


def bad_character(text: str) -> str | None:
    """Return the first character of ``text`` that an id may not have, as ``U+200B``, or None."""
    match = None if text.isprintable() else _ANY.search(text)
    return f"U+{ord(match[0]):04X}" if match else None


def identifier(text: str) -> str:
    """Return an id that was stored before ids were checked, with each bad character as U+FFFD.

    The characters are not removed, because the result could be the id of another record.
    """
    return text if text.isprintable() else _ANY.sub(REPLACEMENT, text)


def as_line(value: object, info: ValidationInfo) -> object:
    """Validator of a line; raises ValueError for a line from outside without a visible character."""
    if not isinstance(value, str):
        return value
    line = one_line(value)
    if line == REPLACEMENT != value and info.context == FROM_OUTSIDE:
        raise ValueError("has no visible character: write a text")
    return line


def as_text(value: object) -> object:
    """Validator of a text of many lines."""
    return many_lines(value) if isinstance(value, str) else value


def as_id(value: object, info: ValidationInfo) -> object:
    """Validator of an id; raises ValueError for one from outside with a character that is not allowed."""
    if not isinstance(value, str):
        return value
    if info.context == FROM_OUTSIDE and (bad := bad_character(value.strip())):
        raise ValueError(f"has the character {bad}, which no id may have: remove it")
    return identifier(value)


def _removed(text: str) -> str:
    return _SURROGATE.sub(REPLACEMENT, _REMOVED.sub("", text))


def _visible(before: str, after: str) -> str:
    return REPLACEMENT if before.strip() and not after.strip() else after
