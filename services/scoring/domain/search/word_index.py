"""The words of all solutions: terms of a text, and which solutions have them in the title or further down.

Terms are stems without accents, and pairs of letters where a script leaves no blanks. Weights are 0 to 1.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from threading import Lock
from typing import Final, NamedTuple
from unicodedata import combining, normalize

from services.scoring.domain.inverted_index.relevance import stem_bucket
from services.scoring.domain.matching.vocabulary import READ, primary, stem
from shared.facts import Solution

UNSPACED: Final = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff"  # Thai, kana, Chinese characters
_WORD: Final = re.compile(rf"[{UNSPACED}]+|[^\W\d_{UNSPACED}]{{2,}}")
_RUN: Final = re.compile(rf"[{UNSPACED}]+")
GRAM: Final = 4  # letters that a term and a part of it have in common at least
IN_TITLE: Final = 1.0
IN_TEXT: Final = 0.5  # of a term that the text has once; with each further time it comes nearer to the double
SHORTEST_PART: Final = 5  # letters of a term that is looked for inside a longer word
Weights = dict[str, float]


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
        pairs = [letter + following for letter, following in pairwise(word)] or [word]
        return tuple(Term(pair, stem_bucket(pair)) for pair in pairs)
    stemmed = stem(word, language)
    return (Term(_without_accents(stemmed), stem_bucket(stemmed)),)


def _without_accents(word: str) -> str:
    """``éclairage`` and ``eclairage`` are typed for the same."""
    return "".join(letter for letter in normalize("NFKD", word) if not combining(letter))


class IndexedTexts(NamedTuple):
    """What a solution says in one language."""

    title: str
    rest: str
    language: str


def texts_of(solution: Solution) -> list[IndexedTexts]:
    """A solution's own texts and its translations."""
    rest = f"{solution.summary} {solution.problem.statement or ''}"
    own = IndexedTexts(solution.title, rest, primary(solution.language))
    others = (
        IndexedTexts(translation.title, translation.summary, primary(language))
        for language, translation in sorted(solution.translations.items())
    )
    return [own, *others]


@dataclass
class WordIndex:
    """The terms of each document by id, and the languages met; any thread may edit and search."""

    languages: frozenset[str] = frozenset()
    _postings: dict[str, Weights] = field(default_factory=dict)
    _longer: dict[str, set[str]] = field(default_factory=dict)
    _terms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __len__(self) -> int:
        return len(self._terms)

    def put(self, name: str, texts: Iterable[IndexedTexts]) -> None:
        """Add a document, or replace the one with this id."""
        every_text = list(texts)
        weights = weights_of(every_text)
        with self._lock:
            self._drop(name)
            self.languages |= {text.language for text in every_text}
            self._terms[name] = tuple(weights)
            for term, weight in weights.items():
                self._posting(term)[name] = weight

    def remove(self, name: str) -> None:
        """Take a document away; an unknown id changes nothing."""
        with self._lock:
            self._drop(name)

    def having(self, wanted: Mapping[str, float]) -> Weights:
        """For each document with one of the terms the best of their weights."""
        best: Weights = {}
        with self._lock:
            for term, weight in wanted.items():
                for name, here in self._postings.get(term, {}).items():
                    best[name] = max(best.get(name, 0.0), weight * here)
        return best

    def sums(self, wanted: Mapping[str, float], least: float) -> Weights:
        """The documents in which the weights of the terms may add up to ``least``, with that sum.

        The lightest terms, which many documents have, are only looked up where heavier ones were found.
        """
        total: Weights = {}
        rest = sum(wanted.values())
        with self._lock:
            for term, weight in sorted(wanted.items(), key=lambda pair: -pair[1]):
                posting = self._postings.get(term, {})
                for name in posting if rest >= least else posting.keys() & total.keys():
                    total[name] = total.get(name, 0.0) + weight * posting[name]
                rest -= weight
        return total

    def related(self, term: str) -> Weights:
        """Terms that contain this one or stand inside it, with the share of letters they have in common."""
        with self._lock:
            longer = self._containing(term)
            shorter = {part for part in parts(term, SHORTEST_PART) if part in self._postings}
        shares = {other: len(term) / len(other) for other in longer}
        return shares | {other: len(other) / len(term) for other in shorter}

    def _containing(self, term: str) -> set[str]:
        if len(term) < GRAM:
            return set()
        sets = sorted((self._longer.get(gram, set()) for gram in grams(term)), key=len)
        return {other for other in set.intersection(*sets) if term in other and term != other}

    def _posting(self, term: str) -> Weights:
        if term not in self._postings:
            self._postings[term] = {}
            for gram in grams(term):
                self._longer.setdefault(gram, set()).add(term)
        return self._postings[term]

    def _drop(self, name: str) -> None:
        for term in self._terms.pop(name, ()):
            posting = self._postings[term]
            del posting[name]
            if not posting:
                del self._postings[term]
                for gram in grams(term):
                    self._longer[gram].discard(term)


def weights_of(texts: Iterable[IndexedTexts]) -> Weights:
    """How much each term says of a document, 0..1: 1 where a title has it, else by how often it is there."""
    titles: set[str] = set()
    counts: Counter[str] = Counter()
    for text in texts:
        titles.update(term.name for term in terms(text.title, text.language))
        counts.update(term.name for term in terms(text.rest, text.language))
    below = {term: IN_TEXT * 2 * count / (1 + count) for term, count in counts.items()}
    return below | dict.fromkeys(titles, IN_TITLE)
