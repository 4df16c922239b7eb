"""From wording to bag: which features a need shows and a solution looks for, and how heavy each is.

Codes and stems are two vectors of length one, so that ``rel`` is at most about 6:4. Weights depend on the
text and on frozen statistics only – never on what other cities have said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log1p, sqrt
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.codes.tree import CpvTree
from services.scoring.domain.matching.bag import Bag, bag
from services.scoring.domain.matching.features import AT, FIRST_STEM, LIKELY, REACH, UNDER
from services.scoring.domain.matching.wording import Wording
from services.scoring.domain.matching.words import primary, word_feature, words

NEXT_LEVEL: Final = 0.7  # one level up or down counts this much of an exact code
READ_BESIDE_STATED: Final = 0.35  # what the text says, where a code is stated as well
Weights = dict[int, float]


class Reader(Protocol):
    """Reads codes from a text: ``nodes`` gives a weight to each node of the tree, a vector of length one."""

    def nodes(self, text: str, language: str) -> Mapping[int, float]: ...


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tree, the reader of codes, and how telling each stem is (0 for stop words)."""

    tree: CpvTree
    reader: Reader
    telling: NDArray[np.uint8]

    def need(self, wording: Wording) -> Bag:
        """The bag of a need (or of any other thing that waits to be found)."""
        stated, read = self._stated(wording), self._read(wording)
        codes = _scaled(read, LIKELY, READ_BESIDE_STATED if stated else 1.0)
        for number in stated:
            codes[AT + number] = 1.0
            parent = self.tree.parent(number)
            if parent is not None:
                codes[UNDER + parent] = 1.0
        codes |= _scaled(self._above(stated), REACH, 1.0)
        return bag(codes | self._stems(wording))

    def solution(self, wording: Wording) -> Bag:
        """The bag of a solution (or of any other thing that looks)."""
        stated, read = self._stated(wording), self._read(wording)
        codes = _scaled(_both(self._above(stated), read) if stated else read, LIKELY, 1.0)
        for number in stated:
            codes[AT + number] = 1.0
            codes[UNDER + number] = NEXT_LEVEL
            parent = self.tree.parent(number)
            if parent is not None:
                codes.setdefault(AT + parent, NEXT_LEVEL)
        if not stated:
            codes |= _scaled(read, REACH, 1.0)
        return bag(codes | self._stems(wording))

    def _stated(self, wording: Wording) -> tuple[int, ...]:
        found = (self.tree.number(code) for code in wording.codes)
        return tuple(sorted({number for number in found if number is not None}))

    def _read(self, wording: Wording) -> Weights:
        total: Weights = {}
        for text, language in wording.texts:
            for node, weight in self.reader.nodes(text, primary(language)).items():
                total[node] = total.get(node, 0.0) + weight
        return unit(total)

    def _above(self, stated: Sequence[int]) -> Weights:
        """Stated codes with all above them, a vector of length one."""
        return unit({node: 1.0 for number in stated for node in self.tree.paths[number]})

    def _stems(self, wording: Wording) -> Weights:
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


def _scaled(weights: Weights, room: int, share: float) -> Weights:
    return {room + node: weight * share for node, weight in weights.items()}


def _both(stated: Weights, read: Weights) -> Weights:
    """What was stated, and a little of what the text says."""
    nodes = stated.keys() | read.keys()
    return unit({n: stated.get(n, 0.0) + READ_BESIDE_STATED * read.get(n, 0.0) for n in nodes})
