"""The Common Procurement Vocabulary: its codes, and what they are called in the languages of the EU.

Labels: CPV 2008 in 24 languages, from OP-TED/eForms-SDK, © European Union, CC BY 4.0.
"""

import json
import lzma
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

LABELS = Path(__file__).with_name("cpv_labels.json.xz")


class Cpv(NamedTuple):
    """All codes of eight digits in their order, and their labels by language in the same order.

    A language has an empty label where a code was not translated.
    """

    codes: Sequence[str]
    labels: Mapping[str, Sequence[str]]


def read_cpv(languages: Iterable[str] | None = None, path: Path = LABELS) -> Cpv:
    """Read the extract, of all languages or of those of ``languages`` that it has: about half a second."""
    extract = json.loads(lzma.decompress(path.read_bytes()))
    labels = extract["labels"]
    kept = labels if languages is None else [name for name in languages if name in labels]
    return Cpv(extract["codes"], {name: labels[name] for name in kept})
