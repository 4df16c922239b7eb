"""Solutions for a text that somebody types.

A text of up to four words is a case of its own. It says too little for codes to be read from it as from a
longer text, but its words are the very words that are looked for. What counts, in this order: the words in a
title; in a text; inside longer words, or around shorter ones; what the codes that the words name are called
in other languages; those codes, and the codes of what the words found. A longer text is read as a need.
"""

from collections.abc import Mapping
from heapq import nlargest
from math import sqrt
from typing import Final

import numpy as np

from services.scoring.domain.codes.code_suggestion import LEVELS
from services.scoring.domain.inverted_index.relevance import (
    AT,
    CODE_FACTOR,
    FULL,
    LIKELY,
    MAXIMUM,
    REACH,
    UNDER,
    TermVector,
    term_vector,
)
from services.scoring.domain.matching.hard_limits import NeedConstraints
from services.scoring.domain.matching.solution_index import SolutionIndex, SolutionMatch
from services.scoring.domain.matching.vocabulary import MatchText, primary
from services.scoring.domain.search.label_words import LabelWords
from services.scoring.domain.search.word_index import Weights, WordIndex, terms, texts_of, words
from shared.facts import Solution

FEW_WORDS: Final = 4
FEW_LETTERS: Final = 80  # a longer run of a script without blanks is a text
ALL_WORDS: Final = 1.25  # power of the share of words that a document has: two words of two beat one twice
INSIDE: Final = 0.6  # a word inside a longer one, or around a shorter one, by the share of letters
OTHER_NAMES: Final = 0.6  # what a document has of a label in its language, beside the words themselves
MOST_LABELS: Final = 3  # codes whose labels are looked for
HALF_NAMED: Final = 0.4  # less of a label says nothing
CODES: Final = 0.7  # agreement of codes beside the words
ABOVE: Final = 0.2  # division, group and class beside the code itself
FOUND_FIRST: Final = 5  # documents whose codes are asked for as well: their words say that they are meant
FOUND_WELL: Final = 0.6  # they have this much of the words
NEAR_BEST: Final = 0.7  # and this share of what the best has
THEIR_CODES: Final = 0.7
LEAST: Final = 0.01
FULL_CODES: Final = CODE_FACTOR * FULL * FULL
BEST_BY_CODES: Final = 300
EXAMPLE: Final = "night deliveries"
NOBODY: Final = NeedConstraints(city="")


class SolutionSearch:
    """The words of all solutions beside their index. Who changes one changes the other."""

    def __init__(self, solutions: SolutionIndex) -> None:
        self._solutions = solutions
        self._words = WordIndex()
        self._labels = LabelWords(solutions.vocabulary)
        self._stated: dict[str, tuple[int, ...]] = {}

    def place(self, solution: Solution, read: TermVector) -> None:
        """Add or change a solution; ``read`` is its vector in the index."""
        self._stated[solution.id] = stated(read)
        self._words.put(solution.id, texts_of(solution))

    def remove(self, solution_id: str) -> None:
        """Take a solution away."""
        self._words.remove(solution_id)
        self._stated.pop(solution_id, None)

    def find(self, text: str, language: str) -> list[SolutionMatch]:
        """Solutions for a text in any language, best first; ``fit`` is how well they answer, 0..1."""
        if is_short(text):
            return self._for_words(text, primary(language))
        need = self._solutions.vocabulary.need(MatchText(((text, language),)))
        return self._solutions.search(need, NOBODY, least=1)

    @property
    def cold(self) -> list[str]:
        """Languages of the solutions whose labels are not read yet: the first search in one reads them."""
        return sorted(language for language in self._words.languages if not self._labels.has_read(language))

    def warm(self, language: str) -> None:
        """Read the labels of a language and load the compiled loops, as the first search in it would."""
        self._for_words(EXAMPLE, language)

    def _for_words(self, text: str, language: str) -> list[SolutionMatch]:
        named = self._labels.codes(text, language)
        totals = self._by_words(text, language)
        for name, share in self._by_other_names(named).items():
            totals[name] = max(totals.get(name, 0.0), OTHER_NAMES * share)
        for name, agreement in self._by_codes(named, self._codes_of_best(totals)).items():
            totals[name] = totals.get(name, 0.0) + CODES * agreement
        return _answers({name: total for name, total in totals.items() if total >= LEAST})

    def _by_words(self, text: str, language: str) -> Weights:
        """How much of the words each document has, 0..1."""
        had: Weights = {}
        for term, share in self._labels.shares(terms(text, language)).items():
            wanted = {other: INSIDE * part for other, part in self._words.related(term).items()}
            for name, weight in self._words.having(wanted | {term: 1.0}).items():
                had[name] = had.get(name, 0.0) + share * weight
        return {name: total**ALL_WORDS for name, total in had.items()}

    def _by_other_names(self, codes: Mapping[int, float]) -> Weights:
        """How much each document has of the best label of these codes in any language."""
        best: Weights = {}
        for code in nlargest(MOST_LABELS, codes, key=codes.__getitem__):
            for language in self._words.languages:
                for name, share in self._words.sums(self._labels.called(code, language), HALF_NAMED).items():
                    if share >= HALF_NAMED:
                        best[name] = max(best.get(name, 0.0), codes[code] * share)
        return best

    def _codes_of_best(self, weights: Weights) -> dict[int, float]:
        """The stated codes of the documents that have the words best, as surely as these have them."""
        first = nlargest(FOUND_FIRST, weights, key=lambda name: (weights[name], name))
        enough = max(FOUND_WELL, NEAR_BEST * weights[first[0]]) if first else 0.0
        best = [name for name in first if weights[name] >= enough]
        codes: dict[int, float] = {}
        for name in best:
            for code in self._stated.get(name, ()):
                codes[code] = codes.get(code, 0.0) + THEIR_CODES * min(1.0, weights[name]) / len(best)
        return codes

    def _by_codes(self, *codes: Mapping[int, float]) -> Weights:
        """How far the codes of each document agree with these, 0..1, by the rule of the matching."""
        features: dict[int, float] = {}
        for code, sure in (pair for some in codes for pair in some.items()):
            for feature, weight in self._features(code).items():
                features[feature] = max(features.get(feature, 0.0), sure * weight)
        state, rows, scores = self._solutions.inverted_index.search(term_vector(features), FULL_CODES // 100)
        if rows.size > BEST_BY_CODES:
            best = np.argpartition(-scores, BEST_BY_CODES)[:BEST_BY_CODES]
            rows, scores = rows[best], scores[best]
        both = zip(rows.tolist(), scores.tolist(), strict=True)
        return {state.ids[row]: min(1.0, score / FULL_CODES) for row, score in both}

    def _features(self, code: int) -> dict[int, float]:
        """A code as a need states it, but for what is above it, which counts less."""
        tree = self._solutions.vocabulary.tree
        above = {
            LIKELY + node: ABOVE * sqrt(share) for node, share in zip(tree.paths[code], LEVELS, strict=False)
        }
        parent = tree.parent(code)
        return above | {AT + code: 1.0} | ({} if parent is None else {UNDER + parent: 1.0})


def is_short(text: str) -> bool:
    """Whether a text is a handful of words."""
    return len(text) <= FEW_LETTERS and 1 <= len(words(text)) <= FEW_WORDS


def stated(read: TermVector) -> tuple[int, ...]:
    """The codes (by number) that a solution states: each looks for needs with a code just under it."""
    codes = read.features[(read.features >= UNDER) & (read.features < REACH)] - UNDER
    return tuple(codes.tolist())


def _answers(totals: Weights) -> list[SolutionMatch]:
    """Best first, equal ones by id."""
    best = sorted((-min(1.0, total / (1 + CODES)), name) for name, total in totals.items())
    return [SolutionMatch(name, round(-share * MAXIMUM), -share) for share, name in best]
