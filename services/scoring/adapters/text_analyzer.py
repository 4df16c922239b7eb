"""Reads the words of a need or a solution once, off the event loop: a text takes 4 to 40 milliseconds."""

import asyncio
from collections.abc import Iterable, Iterator

from services.scoring.adapters.mongo.facts import AnalyzedText
from services.scoring.domain.alerts.deduplication import process
from services.scoring.domain.codes.cpv_tree import CpvTree
from services.scoring.domain.matching.match_text import of_need, of_solution
from services.scoring.domain.matching.vocabulary import Vocabulary
from shared.facts import Need, Solution, Topic

CPV = "CPV"


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
        bag = self.vocabulary.need(of_need(need))
        whole = process(need)
        processes = () if whole is None else (process_tag(whole),)
        return AnalyzedText(self.vocabulary.name, bag, (*tags(self.tree, need.topics), *processes))

    def read_solution(self, solution: Solution) -> AnalyzedText:
        """Read a solution here and now."""
        bag = self.vocabulary.solution(of_solution(solution))
        return AnalyzedText(self.vocabulary.name, bag, tuple(tags(self.tree, solution.topics)))


def tags(tree: CpvTree, topics: Iterable[Topic]) -> Iterator[str]:
    """What is kept of topics, to be found by: ``=code`` itself and ``^code`` above it."""
    for topic in topics:
        number = tree.number(topic.id) if topic.scheme == CPV else None
        if number is None:
            yield f"={topic.scheme}:{topic.id}"
            continue
        yield f"={CPV}:{tree.codes[number]}"
        parent = tree.parent(number)
        if parent is not None:
            yield f"^{CPV}:{tree.codes[parent]}"


def process_tag(process: str) -> str:
    """The tag of a contracting process in a city."""
    return f"~{process}"


def looked_for(tree: CpvTree, topics: Iterable[Topic]) -> list[str]:
    """The tags of all that is about the same: the code itself, one level up, one level down."""
    found: set[str] = set()
    for tag in tags(tree, topics):
        found.add(f"={tag[1:]}")
        if tag.startswith("="):
            found.add(f"^{tag[1:]}")
    return sorted(found)
