"""How near a text is to the label of each code, in the language of the text, by windows of four letters.

Windows survive inflection, compounds and typing errors. Both sides are weighted by how rare a window is
among the labels, scaled to length one and rounded to 1/255, so that a similarity is a whole number from 0
to 65,025 and the same on every machine.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.inverted_index.kernels import accumulate
from services.scoring.domain.inverted_index.segments import Postings, SparseRows, turn

GRAM: Final = 4
BITS: Final = 18
BUCKETS: Final = 1 << BITS
READ: Final = 4_000  # characters of a text that are looked at
_NOT_LETTERS: Final = re.compile(r"[\W\d_]+")
_STEP: Final = np.uint64(1_099_511_628_211)
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
FULL: Final = 255
NEIGHBOURS: Final = {
    "no": "da", "nb": "da", "nn": "da", "mk": "bg", "sr": "hr", "bs": "hr", "ca": "es", "gl": "pt",
    "is": "da", "lb": "de", "uk": "bg", "ru": "bg", "be": "bg", "eu": "es", "sq": "en", "tr": "en",
}  # fmt: skip
"""Which labels read a language that has none of its own."""
FALLBACK: Final = "en"


def squeeze(text: str) -> str:
    """Lower-case words between single blanks, nothing else."""
    return f" {_NOT_LETTERS.sub(' ', text[:READ].lower()).strip()} "


def grams(text: str) -> NDArray[np.int64]:
    """The bucket of each window of four characters, in reading order; empty for fewer than four."""
    return _windows(squeeze(text))


def grams_of_many(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each window of each text, the number of the text and the bucket."""
    squeezed = [squeeze(text) for text in texts]
    owners = np.repeat(np.arange(len(texts)), [len(text) for text in squeezed])
    buckets = _windows("".join(squeezed))
    whole = owners[: buckets.size] == owners[GRAM - 1 :]  # a window over two texts belongs to neither
    return owners[: buckets.size][whole], buckets[whole]


def _windows(text: str) -> NDArray[np.int64]:
    letters = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if letters.size < GRAM:
        return np.empty(0, dtype=np.int64)
    mixed = np.zeros(letters.size - GRAM + 1, dtype=np.uint64)
    for place in range(GRAM):
        mixed = mixed * _STEP + letters[place : place + mixed.size]
    return ((mixed * _SPREAD) >> np.uint64(64 - BITS)).astype(np.int64)


@dataclass(frozen=True)
class Labels:
    """The labels of all codes in one language, empty where there is none."""

    texts: Sequence[str]

    def nearness(self, text: str) -> NDArray[np.float64]:
        """Cosine of the text to each label, 0..1, in the order of the codes."""
        features, weights = self._query(text)
        totals = np.zeros(len(self.texts), dtype=np.int32)
        postings = self._postings
        accumulate(postings.starts, postings.offsets, postings.impacts, features, weights, totals)
        near: NDArray[np.float64] = totals / np.float64(FULL * FULL)
        return near

    def known(self, text: str) -> float:
        """The share of the text's windows, 0..1, that any label has: nine tenths of real texts, a fifth of
        letters struck at random."""
        windows = grams(text)
        return float(self._anywhere[windows].mean()) if windows.size else 0.0

    def _query(self, text: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        buckets, counts = np.unique(grams(text), return_counts=True)
        weights = (1 + np.log(counts)) * self._rarity[buckets]
        length = np.sqrt((weights * weights).sum()) or 1.0
        whole = np.rint(weights / length * FULL).astype(np.int32)
        return buckets[whole > 0].astype(np.int32), whole[whole > 0]

    @cached_property
    def _counted(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Label, bucket and number of each window, sorted by label and bucket."""
        label, bucket = grams_of_many(self.texts)
        pairs, counts = np.unique(label * BUCKETS + bucket, return_counts=True)
        return pairs // BUCKETS, pairs % BUCKETS, counts

    @cached_property
    def _anywhere(self) -> NDArray[np.bool_]:
        """Whether any label has the window of this bucket."""
        _, bucket, _ = self._counted
        return np.bincount(bucket, minlength=BUCKETS) > 0

    @cached_property
    def _rarity(self) -> NDArray[np.float64]:
        """log((labels + 1) / (labels with it + 1)) for each bucket."""
        _, bucket, _ = self._counted
        labels_with_bucket = np.bincount(bucket, minlength=BUCKETS)
        rarity: NDArray[np.float64] = log(len(self.texts) + 1) - np.log(labels_with_bucket + 1.0)
        return rarity

    @cached_property
    def _postings(self) -> Postings:
        label, bucket, counts = self._counted
        weights = (1 + np.log(counts)) * self._rarity[bucket]
        lengths = np.sqrt(np.bincount(label, weights * weights, minlength=len(self.texts)))
        impacts = np.rint(weights / lengths[label] * FULL).astype(np.uint8)
        pointers = np.zeros(len(self.texts) + 1, dtype=np.int64)
        np.cumsum(np.bincount(label, minlength=len(self.texts)), out=pointers[1:])
        as_they_are = np.arange(len(self.texts), dtype=np.uint16)
        return turn(SparseRows(pointers, bucket.astype(np.int32), impacts), BUCKETS, as_they_are)


def in_language(labels: Mapping[str, Labels], language: str) -> Labels:
    """The labels for a language, or those of its nearest relative, or the English ones."""
    for name in (language, NEIGHBOURS.get(language, FALLBACK), FALLBACK):
        if name in labels:
            return labels[name]
    raise ValueError(
        f"no labels for {language!r} and none in {FALLBACK!r} either; rebuild cpv_labels.json.xz"
    )
