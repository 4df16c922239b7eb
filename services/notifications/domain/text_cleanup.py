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


ABBREVIATED = re.compile(
    r"(^|[\s(])((\w\.)+\w{1,2}|\w|approx|bl|ca|co|corp|dr|etc|ff|inc|incl|inkl|itd|jne|jr|ltd|mr|nr|osv|resp|st|usf|usw)$",
    re.IGNORECASE,
)
"""What ends with a point of its own: initials, Co, Ltd, e.V, etc."""
FOLLOWED = r"%\({name}\)s(?:[.;,:)]| [–·→(])"


def clause(text: str) -> str:
    """``text`` as it stands where something follows it: without a full stop, unless of an abbreviation."""
    if not text.endswith((".", "。")) or text.endswith("..") or ABBREVIATED.search(text[:-1]):
        return text
    return text[:-1].rstrip(ENDS) or text


def fill(template: str, values: Mapping[str, object]) -> str:
    """``template`` with its gaps filled; a value keeps no full stop before a sign of the template."""
    return template % {name: _before(template, name, value) for name, value in values.items()}


def _before(template: str, name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    if value.endswith(CLOSED) and f"%({name})s." in template:
        return value[:-1]
    return clause(value) if re.search(FOLLOWED.format(name=re.escape(name)), template) else value
