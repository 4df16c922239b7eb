"""Names of places as people write them, made comparable."""

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
_BREAKS = re.compile(r"[\W_]+")
_APOSTROPHES = re.compile(r"['’ʼʹʻ`´]")


def plain(text: str) -> str:
    """Give ``text`` in lower case and without accents; its punctuation stays."""
    decomposed = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    bare = "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")
    return unicodedata.normalize("NFC", bare)


@lru_cache(maxsize=1 << 14)
def fold(name: str) -> str:
    """Give ``name`` without case, accents, apostrophes and punctuation, words parted by one space.

    ``&`` reads "and". Cyrillic, Greek and other scripts keep their letters; only their marks go.
    ``"Malmö"`` → ``"malmo"``. Remembered: a feed has few buyers and names them in every release.
    """
    return _BREAKS.sub(" ", plain(_APOSTROPHES.sub("", name).replace("&", " and "))).strip()
