"""The readable end of a solution's address, made of its title."""

import re
import unicodedata
from urllib.parse import quote

LONGEST = 60
NOTHING = "solution"
RESERVED = frozenset({"briefing"})
"""Ends of addresses that are pages of their own."""
NO_WORD = re.compile(r"[\W_]+")


def slug_of(title: str) -> str:
    """Return ``title`` in small letters with hyphens; letters of other scripts stay, accents of Latin go."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", title) if not unicodedata.combining(sign))
    words = NO_WORD.sub("-", unicodedata.normalize("NFC", plain).casefold()).strip("-")
    if len(words) > LONGEST:
        words = words[: LONGEST + 1].rpartition("-")[0] or words[:LONGEST]
    return f"{NOTHING}-{words}" if words in RESERVED else words or NOTHING


def solution_path(solution: str, title: str) -> str:
    """Return the path of the page of a solution with this id and title."""
    return f"/solutions/{quote(solution, safe='')}/{quote(slug_of(title))}"
