"""Loads the reference data of the matching: labels, lessons, and from them the vocabulary."""

import json
import lzma
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from services.scoring.domain.codes.labels import Labels
from services.scoring.domain.codes.reader import CodeReader, Lessons
from services.scoring.domain.codes.tree import CpvTree
from services.scoring.domain.matching.vocabulary import Vocabulary

LABELS: Final = Path(__file__).parent / "data" / "cpv_labels.json.xz"
LESSONS: Final = Path(__file__).parent / "data" / "lessons.npz"


def read_labels(path: Path = LABELS) -> tuple[CpvTree, dict[str, Labels]]:
    """The tree of codes and the labels by language."""
    extract = json.loads(lzma.decompress(path.read_bytes()))
    return CpvTree(extract["codes"]), {name: Labels(texts) for name, texts in extract["labels"].items()}


@cache
def vocabulary(path: Path = LESSONS) -> Vocabulary:
    """Everything that turns needs and solutions into bags; about half a second at the first call."""
    tree, labels = read_labels()
    with np.load(path, allow_pickle=False) as kept:
        weights = kept["weights"].astype(np.float32) * np.float32(kept["scale"])
        lessons = Lessons(tuple(kept["groups"].tolist()), weights)
        return Vocabulary(tree, CodeReader(tree, labels, lessons), kept["telling"])
