"""Terms of a text: stems without accents, and pairs of letters where a script leaves no blanks."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple
from unicodedata import combining, normalize

from services.scoring.domain.inverted_index.features import stem_bucket
from services.scoring.domain.matching.stemming import READ, stem

UNSPACED: Final = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff"  # Thai, kana, Chinese characters
_WORD: Final = re.compile(rf"[{UNSPACED}]+|[^\W\d_{UNSPACED}]{{2,}}")
_RUN: Final = re.compile(rf"[{UNSPACED}]+")
GRAM: Final = 4  # letters that a term and a part of it have in common at least


class Term(NamedTuple):
    """What is compared, and the bucket of its stem, by which the vocabulary knows how telling it is."""

    name: str
    bucket: int


def words(text: str) -> list[str]:
    """The lower-case words of a text; a run of a script without blanks is one."""
    return _WORD.findall(text[:READ].lower())


def terms(text: str, language: str) -> list[Term]:
    """The terms of a text in reading order."""
    return [term for word in words(text) for term in _terms_of(word, language)]


def grams(name: str) -> set[str]:
    """All windows of four letters; none in a shorter term."""
    return {name[at : at + GRAM] for at in range(len(name) - GRAM + 1)}


def parts(name: str, shortest: int) -> Iterable[str]:
    """All parts of at least that many letters, but for the whole."""
    sizes = range(shortest, len(name))
    return (name[at : at + size] for size in sizes for at in range(len(name) - size + 1))


@lru_cache(maxsize=1 << 17)
def _terms_of(word: str, language: str) -> tuple[Term, ...]:
    if _RUN.fullmatch(word):
        pairs = [one + other for one, other in pairwise(word)] or [word]
        return tuple(Term(pair, stem_bucket(pair)) for pair in pairs)
    stemmed = stem(word, language)
    return (Term(_without_accents(stemmed), stem_bucket(stemmed)),)


def _without_accents(word: str) -> str:
    """``éclairage`` and ``eclairage`` are typed for the same."""
    return "".join(letter for letter in normalize("NFKD", word) if not combining(letter))
