"""The labels of the codes as a dictionary: which codes words name, and what those are called elsewhere."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log, sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.codes.label_similarity import Labels, in_language
from services.scoring.domain.matching.vocabulary import Vocabulary
from services.scoring.domain.search.word_index import Term, terms, words

BY_WINDOWS: Final = 0.7  # of the nearness of words to a label; the rest is by whole stems
BY_STEMS: Final = 0.3
NAMES: Final = 0.1  # a word as near as this to a label is named by it
MOST_CODES: Final = 10
LEAST: Final = 0.2  # a code that is less sure is left out
STOP_WORD: Final = 0.05  # what a word that says nothing counts beside one that was never seen, which counts 1
Array = NDArray[np.float64]


class _Table(NamedTuple):
    """The labels that have a term, how much the term says in each, and how rare it is among all labels."""

    places: dict[str, NDArray[np.int64]]
    shares: dict[str, Array]
    rarity: dict[str, float]


@dataclass
class LabelWords:
    """The labels of a vocabulary. Those of a language are read when it is first met, in about .3 s."""

    vocabulary: Vocabulary
    _tables: dict[str, _Table] = field(default_factory=dict)
    _called: dict[tuple[int, str], Mapping[str, float]] = field(default_factory=dict)

    def codes(self, text: str, language: str) -> dict[int, float]:
        """The codes (by number) that the words name, with how surely, 0..1.

        A label near to the words as a whole but far from one of them is half wrong: ``school streets`` is no
        driving school.
        """
        labels = in_language(self.vocabulary.reader.labels, language)
        near = BY_WINDOWS * labels.nearness(text) + BY_STEMS * self._by_stems(text, language)
        near *= np.sqrt(self._named(text, language, labels))
        best = np.argpartition(-near, MOST_CODES)[:MOST_CODES]
        return {int(code): min(1.0, float(near[code])) for code in best if near[code] >= LEAST}

    def has_read(self, language: str) -> bool:
        """Return whether the labels of a language are read already."""
        return language in self._tables

    def called(self, code: int, language: str) -> Mapping[str, float]:
        """The terms of a label and the share of the label that each of them says; empty without labels."""
        if (code, language) not in self._called:
            labels = self.vocabulary.reader.labels.get(language)
            self._called[code, language] = self.shares(terms(labels.texts[code], language)) if labels else {}
        return self._called[code, language]

    def shares(self, stems: Sequence[Term]) -> Mapping[str, float]:
        """How much each of these terms says of what they say together."""
        weights = {
            term.name: max(STOP_WORD, int(self.vocabulary.telling[term.bucket]) / 255) for term in stems
        }
        whole = sum(weights.values())
        return {name: weight / whole for name, weight in weights.items()}

    def _named(self, text: str, language: str, labels: Labels) -> Array:
        """The share of the words that each label names."""
        typed = words(text)
        if len(typed) < 2:
            return np.ones(len(labels.texts))
        weights = [
            max(
                STOP_WORD,
                *(int(self.vocabulary.telling[term.bucket]) / 255 for term in terms(word, language)),
            )
            for word in typed
        ]
        near = [share * (labels.nearness(word) > NAMES) for word, share in zip(typed, weights, strict=True)]
        return np.asarray(sum(near) / sum(weights), dtype=np.float64)

    def _by_stems(self, text: str, language: str) -> Array:
        """Cosine of the text's stems to those of each label."""
        table = self._table(language)
        rarity = {term.name: table.rarity.get(term.name, 1.0) for term in terms(text, language)}
        length = sqrt(sum(value * value for value in rarity.values())) or 1.0
        near = np.zeros(len(self.vocabulary.tree))
        for name in rarity.keys() & table.places.keys():
            near[table.places[name]] += table.shares[name] * rarity[name] / length
        return near

    def _table(self, language: str) -> _Table:
        if language not in self._tables:
            texts = in_language(self.vocabulary.reader.labels, language).texts
            self._tables[language] = _table([{term.name for term in terms(text, language)} for text in texts])
        return self._tables[language]


def _table(labels: Sequence[set[str]]) -> _Table:
    counts = Counter(name for label in labels for name in label)
    most = log(len(labels) + 1)
    rarity = {name: 1 - log(count + 1) / most for name, count in counts.items()}
    posted: dict[str, list[tuple[int, float]]] = {}
    for number, label in enumerate(labels):
        length = sqrt(sum(rarity[name] ** 2 for name in label)) or 1.0
        for name in label:
            posted.setdefault(name, []).append((number, rarity[name] / length))
    places = {name: np.array([number for number, _ in posts]) for name, posts in posted.items()}
    shares = {name: np.array([share for _, share in posts]) for name, posts in posted.items()}
    return _Table(places, shares, rarity)
