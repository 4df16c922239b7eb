"""Reads CPV codes from a text in any language.

The text is compared with the labels of all codes in its own language; what comes out no longer depends on
the language. What those nearnesses say about the *group* of the codes was learned from coded notices
(``Lessons``) and therefore carries over to languages of which there were hardly any.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.scoring.domain.codes.cpv_tree import CpvTree
from services.scoring.domain.codes.label_similarity import FALLBACK, Labels, in_language
from services.scoring.domain.inverted_index.kernels import weigh

TITLE: Final = 120  # characters that count as the title
TITLE_WEIGHT: Final = 0.25
LABEL_WEIGHT: Final = 0.4  # the nearest label of a group, beside what was learned
SHARPNESS: Final = 10.0  # how fast confidence falls with the score
SPEAKS: Final = 0.3  # with a smaller share of known windows a text says nothing that labels know
LEAST: Final = 0.005  # nodes less sure than this are noise
LEVELS: Final = (0.3, 0.4, 0.3)  # what division, group and class count when they agree
REPEAT: Final = 0.3  # what a further group of a division already suggested still counts
FINE: Final = 1 << 14  # steps of what stands out; sums stay below 2³¹
CLASS_POWER: Final = 3  # how much the nearest class of a group stands out
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code with how sure one may be of its group, 0..1."""

    code: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Lessons:
    """What nearness to each code (row) says about each group (column), learned from coded notices.

    ``weights`` are whole numbers from -127 to 127, to be multiplied by ``scale``.
    """

    groups: tuple[str, ...]
    weights: NDArray[np.int8]
    scale: float


@dataclass(frozen=True)
class CodeReader:
    """The tree of codes, their labels by language, and what was learned."""

    tree: CpvTree
    labels: Mapping[str, Labels]
    lessons: Lessons

    def suggest(self, text: str, language: str, most: int = 5) -> list[Suggestion]:
        """The likeliest groups, each by its nearest code, best first; none for a text that says nothing.

        A group counts less for each one of its division before it, and the last comes from the likeliest
        division not named yet: one mistake must not fill the list.
        """
        spoken = self.spoken(text, language)
        if spoken is None:
            return []
        near = self.nearness(text, spoken)
        sure, division = self.confidences(near), self._division_of_group
        rank, best = sure.copy(), list[int]()
        for place in range(min(most, sure.size)):
            last = bool(best) and place == most - 1
            group = int(np.argmax(self._elsewhere(best, sure, rank) if last else rank))
            best.append(group)
            rank[division == division[group]] *= REPEAT
            rank[group] = -1.0
        return [Suggestion(self._nearest_of(group, near), float(sure[group])) for group in best]

    def nodes(self, text: str, language: str) -> dict[int, float]:
        """A weight for each likely division, group and class: its confidence times the root of its share.

        Two texts that surely speak of one class agree fully; the product of two weights is the chance that
        both mean this node, so that a text which says little matches little, and one that says nothing
        has none.
        """
        spoken = self.spoken(text, language)
        if spoken is None:
            return {}
        near = self.nearness(text, spoken)
        chances = self._chance_of_class(near)
        weights: dict[int, float] = {}
        for share, nodes in zip(LEVELS, self._nodes_of_class, strict=True):
            deep = nodes >= 0
            chance = np.bincount(nodes[deep], chances[deep], minlength=len(self.tree))
            likely = np.flatnonzero(chance >= LEAST)
            weights |= {int(node): float(chance[node]) * sqrt(share) for node in likely}
        return weights

    def spoken(self, text: str, language: str) -> str | None:
        """The language whose labels know the words of the text: its own, else English, which many write in;
        ``None`` for a text that says nothing."""
        tried = (language, FALLBACK)
        return next((name for name in tried if in_language(self.labels, name).known(text) >= SPEAKS), None)

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

    def _elsewhere(self, best: list[int], sure: Array, rank: Array) -> Array:
        """The confidences in the likeliest of the divisions that no group of ``best`` belongs to; where all
        were named, the rank."""
        division = self._division_of_group
        free = ~np.isin(division, division[best])
        if not free.any():
            return rank
        likeliest = np.argmax(np.bincount(division[free], sure[free]))
        return np.where(division == likeliest, sure, -1.0)

    def _learned(self, near: Array) -> Array:
        """What the lessons say of each group, added up in whole numbers: the same on every machine."""
        amounts = np.rint(outstanding(near) * FINE).astype(np.int32)
        nonzero = np.flatnonzero(amounts)
        totals = np.zeros(len(self.lessons.groups), dtype=np.int32)
        weigh(nonzero, amounts[nonzero], self.lessons.weights, totals)
        return np.asarray(totals * (self.lessons.scale / FINE), dtype=np.float64)

    def _nearest_of(self, group: int, near: Array) -> str:
        inside = np.flatnonzero(self._group_of_code == group)
        return self.tree.codes[int(inside[np.argmax(near[inside])])]

    @cached_property
    def _group_of_code(self) -> NDArray[np.int64]:
        number = {group: place for place, group in enumerate(self.lessons.groups)}
        return np.array([number[code[:3]] for code in self.tree.codes])

    def _chance_of_class(self, near: Array) -> Array:
        """The confidence of each group, spread over its classes by the cube of their nearest label."""
        pull = np.zeros(len(self._classes))
        np.maximum.at(pull, self._class_of_code, near)
        pull = pull**CLASS_POWER + np.finfo(np.float64).tiny
        group = self._group_of_class
        total = np.bincount(group, pull, minlength=len(self.lessons.groups))
        return np.asarray(self.confidences(near)[group] * pull / total[group], dtype=np.float64)

    @cached_property
    def _division_of_group(self) -> NDArray[np.int64]:
        return np.array([int(group[:2]) for group in self.lessons.groups])

    @cached_property
    def _classes(self) -> tuple[str, ...]:
        return tuple(sorted({code[:4] for code in self.tree.codes}))

    @cached_property
    def _class_of_code(self) -> NDArray[np.int64]:
        number = {name: place for place, name in enumerate(self._classes)}
        return np.array([number[code[:4]] for code in self.tree.codes])

    @cached_property
    def _group_of_class(self) -> NDArray[np.int64]:
        number = {group: place for place, group in enumerate(self.lessons.groups)}
        return np.array([number[name[:3]] for name in self._classes])

    @cached_property
    def _nodes_of_class(self) -> NDArray[np.int64]:
        """Three rows: division, group and class of each class; -1 where it is the level above."""
        first = {
            code[:4]: self.tree.paths[number] for number, code in reversed(list(enumerate(self.tree.codes)))
        }
        paths = [(*first[name], -1, -1)[: len(LEVELS)] for name in self._classes]
        return np.array(paths).T


def outstanding(near: Array) -> Array:
    """What stands out: nearness above mean plus half a standard deviation, scaled to length one."""
    above = np.maximum(0.0, near - near.mean() - near.std() / 2)
    return np.asarray(above / (np.sqrt((above * above).sum()) or 1.0), dtype=np.float64)
