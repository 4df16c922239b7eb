"""The rule itself, as plain as it can be said: everything faster is tested against this file."""

from typing import Final

from services.scoring.domain.inverted_index.features import FIRST_STEM
from services.scoring.domain.inverted_index.term_vector import FULL, TermVector

CODE_FACTOR: Final = 6
STEM_FACTOR: Final = 4
MAXIMUM: Final = (CODE_FACTOR + STEM_FACTOR) * FULL * FULL
"""``rel`` of two bags that agree in everything: 650,250."""

ALERT: Final = 3 * MAXIMUM // 10
"""From here on a match is worth telling: three tenths of the maximum."""


def factor(feature: int) -> int:
    """Codes weigh six, stems four."""
    return STEM_FACTOR if feature >= FIRST_STEM else CODE_FACTOR


def relevance(need: TermVector, solution: TermVector) -> int:
    """``rel = Σ w_need · w_solution · (6 for codes, 4 for stems)`` over the features both have.

    A whole number from 0 to about ``MAXIMUM``: the order of the sum does not matter, so every replica
    finds the same.
    """
    mine, theirs = need.items(), solution.items()
    return sum(factor(feature) * mine[feature] * theirs[feature] for feature in mine.keys() & theirs.keys())
