"""Reads CPV codes from a text in any language.

The text is compared with the labels of all codes in its own language; what comes out no longer depends on
the language. What those nearnesses say about the *group* of the codes was learned from coded notices
(``Lessons``) and therefore carries over to languages of which there were hardly any.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.codes.labels import Labels, in_language
from services.scoring.domain.codes.tree import CpvTree

TITLE: Final = 120  # characters that count as the title
TITLE_WEIGHT: Final = 0.5
LABEL_WEIGHT: Final = 0.2  # the nearest label of a group, beside what was learned
SHARPNESS: Final = 12.5  # how fast confidence falls with the score
LEAST: Final = 0.02  # nodes less sure than this are noise
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code with how sure one may be of its group, 0..1."""

    code: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Lessons:
    """What nearness to each code (row) says about each group (column), learned from coded notices."""

    groups: tuple[str, ...]
    weights: NDArray[np.float32]


@dataclass(frozen=True)
class CodeReader:
    """The tree of codes, their labels by language, and what was learned."""

    tree: CpvTree
    labels: Mapping[str, Labels]
    lessons: Lessons

    def suggest(self, text: str, language: str, most: int = 5) -> list[Suggestion]:
        """The likeliest groups, each by its nearest code, surest first."""
        near = self.nearness(text, language)
        sure = self.confidences(near)
        best = np.argsort(-sure, kind="stable")[:most]
        return [Suggestion(self._nearest_of(int(group), near), float(sure[group])) for group in best]

    def nodes(self, text: str, language: str) -> dict[int, float]:
        """A weight for each likely group and division, the two counting equally."""
        sure = self.confidences(self.nearness(text, language))
        divisions = np.bincount(self._division_of_group, sure, minlength=len(self.tree))
        groups = np.bincount(self._node_of_group, sure, minlength=len(self.tree))
        return _half(_half({}, groups), divisions)

    def nearness(self, text: str, language: str) -> Array:
        """Nearness of the text to each code; its beginning, where the title stands, counts more."""
        labels = in_language(self.labels, language)
        return labels.nearness(text) + TITLE_WEIGHT * labels.nearness(text[:TITLE])

    def confidences(self, near: Array) -> Array:
        """For each group of the lessons how likely it is, summing to 1."""
        labels = np.zeros(len(self.lessons.groups))
        np.maximum.at(labels, self._group_of_code, near)
        score = self._learned(near) + LABEL_WEIGHT * labels / (labels.max() or 1.0)
        sure = np.exp(SHARPNESS * (score - score.max()))
        return np.asarray(sure / sure.sum(), dtype=np.float64)

    def _learned(self, near: Array) -> Array:
        above = outstanding(near)
        kept = np.flatnonzero(above)
        return np.asarray(above[kept] @ self.lessons.weights[kept], dtype=np.float64)

    def _nearest_of(self, group: int, near: Array) -> str:
        inside = np.flatnonzero(self._group_of_code == group)
        return self.tree.codes[int(inside[np.argmax(near[inside])])]

    @cached_property
    def _group_of_code(self) -> NDArray[np.int64]:
        number = {group: place for place, group in enumerate(self.lessons.groups)}
        return np.array([number[code[:3]] for code in self.tree.codes])

    @cached_property
    def _node_of_group(self) -> NDArray[np.int64]:
        first: dict[str, int] = {}
        for number, code in enumerate(self.tree.codes):
            first.setdefault(code[:3], number)
        return np.array([first[group] for group in self.lessons.groups])

    @cached_property
    def _division_of_group(self) -> NDArray[np.int64]:
        return np.array([self.tree.paths[node][0] for node in self._node_of_group])


def outstanding(near: Array) -> Array:
    """What stands out: nearness above mean plus one standard deviation, scaled to length one."""
    above = np.maximum(0.0, near - near.mean() - near.std())
    return np.asarray(above / (np.sqrt((above * above).sum()) or 1.0), dtype=np.float64)


def _half(nodes: dict[int, float], sure: NDArray[Any]) -> dict[int, float]:
    """The nodes, with a vector of length √½ added."""
    kept = np.flatnonzero(sure >= LEAST)
    length = np.sqrt(2 * (sure[kept] * sure[kept]).sum()) or 1.0
    return nodes | {int(node): nodes.get(int(node), 0.0) + float(sure[node] / length) for node in kept}
