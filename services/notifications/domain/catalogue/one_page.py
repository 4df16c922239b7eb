"""Texts that fit on one page: shortened at a word, and fewer of them where they are long."""

from typing import Final, NamedTuple
from unicodedata import east_asian_width

ELLIPSIS: Final = "…"
ENDS_A_SENTENCE: Final = (". ", "! ", "? ", "。")
ENOUGH: Final = 0.6
"""A text ends with a sentence where that keeps so much of what there is room for."""
AROUND_A_BREAK: Final = " ,;:–—-、"


class Detail(NamedTuple):
    """How long a text may be, in Latin letters, and how many lines a list has."""

    letters: int
    lines: int


DETAILS: Final = (Detail(320, 4), Detail(200, 3), Detail(120, 2), Detail(70, 1))
"""From much to little: the first with which everything is on one page is taken."""


def width(text: str) -> int:
    """Return the length of ``text`` in Latin letters: signs of Chinese and Japanese count two."""
    return len(text) + sum(east_asian_width(sign) in "WF" for sign in text)


def shortened(text: str, letters: int) -> str:
    """Return ``text`` with at most about so many letters, ended at a sentence or a word.

    Only a word that is longer than all the room there is is ended within.
    """
    text = " ".join(text.split())
    if width(text) <= letters:
        return text
    head = _fitting(text, letters - 1)
    sentence = max(head.rfind(end) + len(end.rstrip()) if end in head else 0 for end in ENDS_A_SENTENCE)
    if width(head[:sentence]) >= ENOUGH * letters:
        return head[:sentence].rstrip()
    return head[: _last_break(text, len(head))].rstrip(AROUND_A_BREAK) + ELLIPSIS


def _fitting(text: str, letters: int) -> str:
    room = letters
    for place, sign in enumerate(text):
        room -= width(sign)
        if room < 0:
            return text[:place]
    return text


def _last_break(text: str, end: int) -> int:
    """Return where the last word that is whole before ``end`` ends; ``end`` where no word does."""
    for place in range(end, 0, -1):
        before, after = text[place - 1], text[place]
        if " " in (before, after) or "W" in (east_asian_width(before), east_asian_width(after)):
            return place
    return end
