"""What must be known of a solution before it is worth a letter of its own."""

from typing import NamedTuple

from services.notifications.domain.letter_content import how_it_could_work
from shared.events import Brief, Match, SolutionMatched


class MinimumEvidence(NamedTuple):
    """The least that must be known for an alert: so many of the eight parts, or so many sources."""

    parts: int = 4
    sources: int = 1

    def holds(self, event: SolutionMatched, match: Match) -> bool:
        """Whether enough is known; a change of what was told already is always worth its letter."""
        if event.occasion == "update":
            return True
        parts = how_it_could_work(event.brief, match).parts_known
        return parts >= self.parts or sources(event.brief) >= self.sources


def sources(brief: Brief) -> int:
    """How many studies and reports of cities stand behind the figures."""
    return len(brief.solution.studies) + len(brief.implementations)
