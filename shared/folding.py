"""How names and other texts are made comparable: without case, accents and punctuation."""

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not decompose, spelled as their neighbours spell them.
_PLAIN = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ŧ": "t",
        # Both forms are common in names, and Unicode does not say that they are alike.
        "臺": "台",
    }
)


class _BareCharacters(dict[int, int | str | None]):
    """What ``str.translate`` puts for a character: nothing for an accent or another mark (category Mn).

    A character of the Basic Multilingual Plane is looked up once; others are rare, and not remembered.
    """

    def __missing__(self, code: int) -> int | None:
        bare = None if unicodedata.category(chr(code)) == "Mn" else code
        if code <= 0xFFFF:
            self[code] = bare
        return bare


_BARE = _BareCharacters(_PLAIN)
_BREAKS = re.compile(r"[\W_]+")
_APOSTROPHES = re.compile(r"['’ʼʹʻ`´]")


def plain(text: str) -> str:
    """Give ``text`` in lower case and without accents; its punctuation stays."""
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFKD", text).casefold().translate(_BARE)
    return unicodedata.normalize("NFC", bare)


@lru_cache(maxsize=1 << 14)
def fold(name: str) -> str:
    """Give ``name`` without case, accents, apostrophes and punctuation, words parted by one space.

    ``&`` reads "and". Cyrillic, Greek and other scripts keep their letters; only their marks go.
    ``"Malmö"`` → ``"malmo"``. Remembered: a feed has few buyers and names them in every release.
    """
    return fold_once(name)


def fold_once(name: str) -> str:
    """Do the same without remembering: for tables that are built of more names than are remembered."""
    if name.isascii() and name.isalnum():
        return name.lower()
    return _BREAKS.sub(" ", plain(_APOSTROPHES.sub("", name).replace("&", " and "))).strip()
