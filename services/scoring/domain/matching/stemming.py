"""Words and their stems, by the language of the text."""

import re
from functools import lru_cache
from typing import Any, Final

import snowballstemmer

from services.scoring.domain.inverted_index.features import stem_feature

READ: Final = 4_000  # characters of a text that are looked at
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_STEMMERS: Final = {
    "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish",
    "hu": "hungarian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "nl": "dutch",
    "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sk": "czech", "sr": "serbian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
_CUT: Final = 7  # letters kept of a word whose language has no stemmer


def _stemmer(language: str) -> Any:  # noqa: ANN401  # the library has no types
    """A stemmer for one word: it keeps its place in the word in itself, and texts are read in threads."""
    return snowballstemmer.stemmer(_STEMMERS[language]) if language in _STEMMERS else None


@lru_cache(maxsize=1 << 17)
def stem(word: str, language: str) -> str:
    """The stem of a lower-case word: Snowball where there is one, else the first seven letters."""
    stemmer = _stemmer(language)
    return str(stemmer.stemWord(word)) if stemmer else word[:_CUT]


@lru_cache(maxsize=1 << 17)
def word_feature(word: str, language: str) -> int:
    """The feature of a lower-case word's stem."""
    return stem_feature(stem(word, language))


def words(text: str) -> list[str]:
    """Lower-case words of three letters or more, in reading order."""
    return _WORD.findall(text[:READ].lower())


def primary(language: str) -> str:
    """``pt-AO`` and ``PT`` are both read as ``pt``."""
    return language.lower().partition("-")[0]
