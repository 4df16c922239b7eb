"""Reads the words of a need or a solution once, off the event loop: a text takes 4 to 40 milliseconds."""

import asyncio

from services.scoring.domain.alerts import process
from services.scoring.domain.codes.cpv_tree import CpvTree, process_tag, topic_tags
from services.scoring.domain.matching.vocabulary import AnalyzedText, Vocabulary, of_need, of_solution
from shared.facts import Need, Solution


class TextAnalyzer:
    """The vocabulary of this replica, as its handlers use it."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    @property
    def tree(self) -> CpvTree:
        """The tree of codes."""
        return self.vocabulary.tree

    async def need(self, need: Need) -> AnalyzedText:
        """Read a need."""
        return await asyncio.to_thread(self.read_need, need)

    async def solution(self, solution: Solution) -> AnalyzedText:
        """Read a solution."""
        return await asyncio.to_thread(self.read_solution, solution)

    def read_need(self, need: Need) -> AnalyzedText:
        """Read a need here and now."""
        vector = self.vocabulary.need(of_need(need))
        whole = process(need)
        processes = () if whole is None else (process_tag(whole),)
        return AnalyzedText(self.vocabulary.name, vector, (*topic_tags(self.tree, need.topics), *processes))

    def read_solution(self, solution: Solution) -> AnalyzedText:
        """Read a solution here and now."""
        vector = self.vocabulary.solution(of_solution(solution))
        return AnalyzedText(self.vocabulary.name, vector, tuple(topic_tags(self.tree, solution.topics)))
