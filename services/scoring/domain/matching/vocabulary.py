"""From wording to bag: which features a need shows and a solution looks for, and how heavy each is.

Stems are a vector of length one; codes weigh as much as one may be sure of them, so that ``rel`` is at most
about 6:4. Weights depend on the text and on frozen statistics only – never on what other cities have said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log1p, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.codes.code_suggestion import LEVELS, CodeReader
from services.scoring.domain.codes.cpv_tree import CpvTree
from services.scoring.domain.inverted_index.features import AT, FIRST_STEM, LIKELY, REACH, UNDER
from services.scoring.domain.inverted_index.term_vector import TermVector, bag
from services.scoring.domain.matching.match_text import MatchText
from services.scoring.domain.matching.stemming import primary, word_feature, words

NEXT_LEVEL: Final = 0.7  # one level up or down counts this much of an exact code
READ_BESIDE_STATED: Final = 0.35  # what the text says, where a code is stated as well
Weights = dict[int, float]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tree, the reader of codes, and how telling each stem is (0 for stop words).

    ``name`` tells one set of reference data from another: bags of two vocabularies must never meet.
    """

    name: str
    tree: CpvTree
    reader: CodeReader
    telling: NDArray[np.uint8]

    def need(self, wording: MatchText) -> TermVector:
        """The bag of a need (or of any other thing that waits to be found)."""
        stated, read = self._stated(wording), self._read(wording)
        exact = 1 / sqrt(len(stated) or 1)
        codes = _placed(read, LIKELY, READ_BESIDE_STATED if stated else 1.0)
        codes |= _placed(self._above(stated), REACH)
        for number in stated:
            codes[AT + number] = exact
            parent = self.tree.parent(number)
            if parent is not None:
                codes[UNDER + parent] = exact
        return bag(codes | self._stems(wording))

    def solution(self, wording: MatchText) -> TermVector:
        """The bag of a solution (or of any other thing that looks)."""
        stated, read = self._stated(wording), self._read(wording)
        exact = 1 / sqrt(len(stated) or 1)
        codes = _placed(_beside(self._above(stated), read) if stated else read, LIKELY)
        if not stated:
            codes |= _placed(read, REACH)
        for number in stated:
            codes[UNDER + number] = NEXT_LEVEL * exact
            parent = self.tree.parent(number)
            if parent is not None:
                codes.setdefault(AT + parent, NEXT_LEVEL * exact)
            codes[AT + number] = exact
        return bag(codes | self._stems(wording))

    def _stated(self, wording: MatchText) -> tuple[int, ...]:
        found = (self.tree.number(code) for code in wording.codes)
        return tuple(sorted({number for number in found if number is not None}))

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


def _placed(weights: Weights, context: int, share: float = 1.0) -> Weights:
    """Nodes as features of a room."""
    return {context + node: weight * share for node, weight in weights.items()}


def _beside(stated: Weights, read: Weights) -> Weights:
    """What was stated, and a little of what the text says."""
    nodes = stated.keys() | read.keys()
    return {node: stated.get(node, 0.0) + READ_BESIDE_STATED * read.get(node, 0.0) for node in nodes}
