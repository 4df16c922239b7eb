"""Loads the reference data of the matching: labels, lessons, and from them the vocabulary."""

from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np

from services.scoring.domain.codes.code_suggestion import CodeReader, Lessons
from services.scoring.domain.codes.cpv_tree import CpvTree
from services.scoring.domain.codes.label_similarity import Labels, in_language
from services.scoring.domain.matching.vocabulary import Vocabulary, primary
from shared.classifications.cpv import LABELS, read_cpv

LESSONS: Final = Path(__file__).parents[1] / "data" / "lessons.npz"
READING: Final = 3  # raise it with every change of the code after which a text gives another vector


@cache
def read_labels(path: Path = LABELS) -> tuple[CpvTree, dict[str, Labels]]:
    """The tree of codes and the labels by language."""
    cpv = read_cpv(path=path)
    return CpvTree(cpv.codes), {name: Labels(texts) for name, texts in cpv.labels.items()}


@cache
def vocabulary(path: Path = LESSONS) -> Vocabulary:
    """Everything that turns needs and solutions into vectors; about half a second at the first call."""
    tree, labels = read_labels()
    with np.load(path, allow_pickle=False) as arrays:
        lessons = Lessons(tuple(arrays["groups"].tolist()), arrays["weights"], float(arrays["scale"]))
        return Vocabulary(fingerprint(path), tree, CodeReader(tree, labels, lessons), arrays["telling"])


def label(code: str, language: str) -> str:
    """What a code is called in a language, or in English where that language has no labels."""
    tree, labels = read_labels()
    number = tree.number(code)
    return "" if number is None else in_language(labels, primary(language)).texts[number]


def fingerprint(*lessons: Path) -> str:
    """Sixteen hexadecimal digits drawn from the reference files and the way they are read."""
    content = b"".join(path.read_bytes() for path in (LABELS, *lessons))
    return blake2b(content, digest_size=8, salt=READING.to_bytes(2)).hexdigest()
