"""From the words of a need or a solution to its term vector: texts, stems, codes, and how heavy each is.

``of_need`` and ``of_solution`` say which texts and codes are read; ``stem`` makes terms of words in the
language of the text; ``Vocabulary`` weighs stems and codes. Stems are a vector of length one; codes weigh
as much as one may be sure of them, so that ``rel`` is at most about 6:4. Weights depend on the text and on
frozen statistics only, never on what other cities have said.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log1p, sqrt
from typing import Any, Final, NamedTuple

import numpy as np
import snowballstemmer
from numpy.typing import NDArray

from services.scoring.domain.codes.code_suggestion import LEVELS, CodeReader
from services.scoring.domain.codes.cpv_tree import CpvTree
from services.scoring.domain.inverted_index.relevance import (
    AT,
    FIRST_STEM,
    LIKELY,
    REACH,
    UNDER,
    TermVector,
    stem_feature,
    term_vector,
)
from shared.facts import Need, Solution, Topic

SURE: Final = 1.0  # a topic without a confidence was stated or confirmed by a person
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
NEXT_LEVEL: Final = 0.7  # one level up or down counts this much of an exact code
PROBABLE: Final = 0.02 * sqrt(0.3)  # nodes read from a text that weigh less meet stated codes only
READ_BESIDE_STATED: Final = 0.35  # what the text says, where a code is stated as well
Weights = dict[int, float]


@dataclass(frozen=True, slots=True)
class MatchText:
    """Texts with their languages, and stated CPV codes as published."""

    texts: tuple[tuple[str, str], ...]
    codes: tuple[str, ...] = ()


def of_need(need: Need) -> MatchText:
    """Title, description and stated codes of a need."""
    return MatchText(((f"{need.title}. {need.description}", need.language),), _stated(need.topics))


def of_solution(solution: Solution) -> MatchText:
    """Title, summary, problem, translations and stated codes of a solution."""
    statement = solution.problem.statement or ""
    own = (f"{solution.title}. {solution.summary} {statement}", solution.language)
    others = tuple(
        (f"{translation.title}. {translation.summary}", language)
        for language, translation in sorted(solution.translations.items())
    )
    code = () if solution.problem.code is None else (solution.problem.code,)
    return MatchText((own, *others), _stated((*solution.topics, *code)))


def _stated(topics: tuple[Topic, ...]) -> tuple[str, ...]:
    return tuple(
        topic.id
        for topic in topics
        if topic.scheme.upper() == "CPV" and (topic.confidence is None or topic.confidence >= SURE)
    )


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


class AnalyzedText(NamedTuple):
    """The terms of a text under the ``vocabulary`` of that name, and the tags of its topics.

    ``tags`` are for the indexed query that finds what is about the same.
    """

    vocabulary: str
    vector: TermVector
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tree, the reader of codes, and how telling each stem is (0 for stop words).

    ``name`` tells one set of reference data from another: vectors of two vocabularies must never meet.
    """

    name: str
    tree: CpvTree
    reader: CodeReader
    telling: NDArray[np.uint8]

    def need(self, wording: MatchText) -> TermVector:
        """The vector of a need (or of any other thing that waits to be found)."""
        stated, read = self._stated(wording), self._read(wording)
        exact = 1 / sqrt(len(stated) or 1)
        codes = _placed(_probable(read), LIKELY, READ_BESIDE_STATED if stated else 1.0)
        codes |= _placed(self._above(stated), REACH)
        for number in stated:
            codes[AT + number] = exact
            parent = self.tree.parent(number)
            if parent is not None:
                codes[UNDER + parent] = exact
        return term_vector(codes | self._stems(wording))

    def solution(self, wording: MatchText) -> TermVector:
        """The vector of a solution (or of any other thing that looks)."""
        stated, read = self._stated(wording), self._read(wording)
        exact = 1 / sqrt(len(stated) or 1)
        probable = _probable(read)
        codes = _placed(_beside(self._above(stated), probable) if stated else probable, LIKELY)
        if not stated:
            codes |= _placed(read, REACH)
        for number in stated:
            codes[UNDER + number] = NEXT_LEVEL * exact
            parent = self.tree.parent(number)
            if parent is not None:
                codes.setdefault(AT + parent, NEXT_LEVEL * exact)
            codes[AT + number] = exact
        return term_vector(codes | self._stems(wording))

    def _stated(self, wording: MatchText) -> tuple[int, ...]:
        numbers = (self.tree.number(code) for code in wording.codes)
        return tuple(sorted({number for number in numbers if number is not None}))

    def _read(self, wording: MatchText) -> Weights:
        """What the texts say about codes, on average."""
        total: Weights = {}
        for text, language in wording.texts:
            for node, weight in self.reader.nodes(text, primary(language)).items():
                total[node] = total.get(node, 0.0) + weight / len(wording.texts)
        return total

    def _above(self, stated: Sequence[int]) -> Weights:
        """Division, group and class of stated codes, as sure as can be."""
        paths = (self.tree.paths[number] for number in stated)
        return {node: sqrt(share) for path in paths for node, share in zip(path, LEVELS, strict=False)}

    def _stems(self, wording: MatchText) -> Weights:
        counts: dict[int, int] = {}
        for text, language in wording.texts:
            for word in words(text):
                feature = word_feature(word, primary(language))
                counts[feature] = counts.get(feature, 0) + 1
        telling = self.telling
        return unit(
            {
                feature: (1 + log1p(count - 1)) * int(telling[feature - FIRST_STEM])
                for feature, count in counts.items()
                if telling[feature - FIRST_STEM]
            }
        )


def unit(weights: Weights) -> Weights:
    """The same direction, length one; nothing stays nothing."""
    length = sqrt(sum(weight * weight for weight in weights.values()))
    return {feature: weight / length for feature, weight in weights.items()} if length else {}


def _probable(read: Weights) -> Weights:
    """The nodes that are sure enough to meet others read from a text; less sure ones agree by chance."""
    return {node: weight for node, weight in read.items() if weight >= PROBABLE}


def _placed(weights: Weights, context: int, share: float = 1.0) -> Weights:
    """Nodes as features of a room."""
    return {context + node: weight * share for node, weight in weights.items()}


def _beside(stated: Weights, read: Weights) -> Weights:
    """What was stated, and a little of what the text says."""
    nodes = stated.keys() | read.keys()
    return {node: stated.get(node, 0.0) + READ_BESIDE_STATED * read.get(node, 0.0) for node in nodes}
