"""Four-letter windows over a text, as numbers: they survive inflection, compounds and typing errors."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

GRAM: Final = 4
BITS: Final = 18
BUCKETS: Final = 1 << BITS
READ: Final = 4_000  # characters of a text that are looked at
_NOT_LETTERS: Final = re.compile(r"[\W\d_]+")
_STEP: Final = np.uint64(1_099_511_628_211)
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)


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
