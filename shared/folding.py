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
# Accents and other marks that a letter carries (category Mn), left out; none is outside these two blocks.
_MARKS = {
    code: None
    for code in (*range(0x300, 0x20000), *range(0xE0100, 0xE01F0))
    if unicodedata.category(chr(code)) == "Mn"
}
_BARE = {**_PLAIN, **_MARKS}
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
    return _BREAKS.sub(" ", plain(_APOSTROPHES.sub("", name).replace("&", " and "))).strip()
