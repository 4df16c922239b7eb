"""The index of solutions: which solutions answer a need, best first, within the hard limits of each."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from services.scoring.domain.inverted_index.index import InvertedIndex
from services.scoring.domain.inverted_index.relevance import ALERT, TermVector, fit
from services.scoring.domain.inverted_index.revisions import Versions
from services.scoring.domain.matching.hard_limits import HardLimits, NeedConstraints, allows, standing
from services.scoring.domain.matching.vocabulary import Vocabulary, of_need, of_solution
from shared.facts import CityProfile, Need, Solution

OBJECTS: Final = np.dtype(object)
NO_LIMITS: Final = HardLimits()


@dataclass(frozen=True, slots=True)
class SolutionMatch:
    """One solution that answers a need."""

    solution_id: str
    rel: int
    fit: float


class SolutionIndex:
    """Published solutions with their limits. The same pair has the same ``rel`` as in ``NeedIndex``."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.inverted_index = InvertedIndex(OBJECTS)
        self.versions = Versions()

    def __len__(self) -> int:
        return len(self.inverted_index)

    @property
    def version(self) -> tuple[int, str]:
        """How many stand, in which revisions, in one value; see ``Versions.version``."""
        return self.versions.version

    def put(self, solution: Solution, limits: HardLimits = NO_LIMITS, *, revision: int = 1) -> bool:
        """Add or change a solution; ``False`` if a newer revision is known."""
        return self.place(solution.id, self.vocabulary.solution(of_solution(solution)), limits, revision)

    def place(
        self, solution_id: str, vector: TermVector, limits: HardLimits = NO_LIMITS, revision: int = 1
    ) -> bool:
        """The same with the words already read."""
        if self.versions.outdated(solution_id, revision):
            return False
        self.inverted_index.put(solution_id, vector, limits)
        self.versions.note(solution_id, revision)
        return True

    def remove(self, solution_id: str, *, revision: int | None = None) -> bool:
        """Take a solution away, e.g. because it was withdrawn."""
        if not self.versions.leave(solution_id, revision):
            return False
        self.inverted_index.remove(solution_id)
        return True

    def match(self, need: Need, city: CityProfile | None = None, least: int = ALERT) -> list[SolutionMatch]:
        """Every solution that answers the need, best first, within what each of them demands."""
        return self.search(self.vocabulary.need(of_need(need)), standing(need, city), least)

    def search(self, query: TermVector, terms: NeedConstraints, least: int = ALERT) -> list[SolutionMatch]:
        """The same with the words already read."""
        state, rows, scores = self.inverted_index.search(query, least)
        answers = [
            SolutionMatch(state.ids[row], score, fit(score))
            for row, score in zip(rows.tolist(), scores.tolist(), strict=True)
            if allows(terms, state.records[row])
        ]
        return sorted(answers, key=lambda answer: (-answer.rel, answer.solution_id))
