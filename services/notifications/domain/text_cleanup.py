"""Texts as they are put into a sentence: no odd ends, no double spaces, no second full stop."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator

ENDS = " ,;:–—-·|"
TWO_STOPS = re.compile(r"(?<!\.)\. ?\.(?! ?\.)")
DOTS = re.compile(r"\.(?: ?\.)+")
LOOSE = re.compile(r" +([,.])(?= |$)")
CLOSED = (".", "!", "?", "…", "。")


def tidy(text: str) -> str:
    """``text`` on one line, with single spaces, without the commas and dashes that lead or end nowhere.

    Nothing but such signs gives an empty text. Two full stops become one, more an ellipsis.
    """
    plain = LOOSE.sub(r"\1", DOTS.sub("…", TWO_STOPS.sub(".", " ".join(text.split())))).strip(ENDS)
    return plain if any(char.isalnum() for char in plain) else ""


def tidy_or_none(text: str | None) -> str | None:
    """The same; ``None`` where nothing is left."""
    return (tidy(text) or None) if text is not None else None


def tidy_or_as_is(text: str) -> str:
    """The same; the text itself where nothing is left."""
    return tidy(text) or text


Shown = Annotated[str, AfterValidator(tidy_or_as_is)]
MaybeShown = Annotated[str | None, AfterValidator(tidy_or_none)]


def listed(texts: tuple[str, ...]) -> tuple[str, ...]:
    """All of them tidied, without those of which nothing is left."""
    return tuple(plain for text in texts if (plain := tidy(text)))


AllShown = Annotated[tuple[str, ...], AfterValidator(listed)]


def fill(template: str, values: Mapping[str, object]) -> str:
    """``template`` with its gaps filled; a value keeps no full stop before the one of the template."""
    return template % {name: _before(template, name, value) for name, value in values.items()}


def _before(template: str, name: str, value: object) -> object:
    if isinstance(value, str) and value.endswith(CLOSED) and f"%({name})s." in template:
        return value[:-1]
    return value
