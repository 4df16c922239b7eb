"""The Common Procurement Vocabulary: its codes, and their labels in the languages of the EU.

Labels: CPV 2008 in 24 languages, from OP-TED/eForms-SDK, © European Union, CC BY 4.0.
"""

import json
import lzma
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

LABELS = Path(__file__).with_name("cpv_labels.json.xz")


class Cpv(NamedTuple):
    """All codes of eight digits in ascending order, and their labels by language in the same order.

    A label is an empty string where a code has no translation.
    """

    codes: Sequence[str]
    labels: Mapping[str, Sequence[str]]


def read_cpv(languages: Iterable[str] | None = None, path: Path = LABELS) -> Cpv:
    """Return the codes with the labels in all or in ``languages``; takes about half a second.

    Languages without labels are left out.
    """
    extract = json.loads(lzma.decompress(path.read_bytes()))
    labels = extract["labels"]
    selected = labels if languages is None else [name for name in languages if name in labels]
    return Cpv(extract["codes"], {name: labels[name] for name in selected})
