"""By how much many scores would move, without a sentence being made."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from services.scoring.domain.bulk.scores import BANDS, BulkScores
from services.scoring.domain.score_changes import VISIBLE
from shared.events import Assessment


class ScoreDelta(NamedTuple):
    """What a score would become: the points that E and R would move by, and the band before and after."""

    solution: str
    evaluation: float
    risk: float
    was: str
    now: str


def score_deltas(
    solutions: Sequence[str], before: Sequence[Assessment], found: BulkScores
) -> list[ScoreDelta]:
    """The solutions that anybody would see move: by a twentieth of a point, or into another band."""
    evaluation = found.evaluation.value - np.array([each.evaluation.value for each in before])
    risk = found.risk.value - np.array([each.risk.value for each in before])
    visible = np.maximum(np.abs(evaluation), np.abs(risk)) >= VISIBLE
    bands = [BANDS[number].value for number in found.band]
    return [
        ScoreDelta(solutions[row], float(evaluation[row]), float(risk[row]), before[row].band, bands[row])
        for row in range(len(solutions))
        if visible[row] or before[row].band != bands[row]
    ]
