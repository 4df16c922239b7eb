"""Which letter a match leads to for each of its readers: an alert, or an update of what they were told."""

from collections.abc import Iterable

from services.notifications.application.digests import DigestWriter
from services.notifications.application.repositories import LetterRepository
from services.notifications.domain.letter_history import alert_or_update
from services.notifications.domain.letters import alert
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.officials import Official
from shared.events import Match, SolutionMatched


class MatchLetters:
    """Writes the letters about matches, each for one reader and by what that reader was told before."""

    def __init__(self, letters: LetterRepository, digests: DigestWriter) -> None:
        self._letters, self._digests = letters, digests

    async def write(self, event: SolutionMatched, match: Match, readers: Iterable[Official]) -> list[Letter]:
        """Return the letter of each reader who is told of ``match`` at once."""
        return [await self._letter(event, match, reader) for reader in readers]

    async def _letter(self, event: SolutionMatched, match: Match, reader: Official) -> Letter:
        """The update where this reader was told of the solution before, else the alert.

        Scoring tells which it is for the city; but whoever found it "new" may have died before publishing it,
        and an official may be new as well. Two events may have one time: it is that of the newest fact, and a
        clock may have been ahead. A first alert is not looked up: one that turns out to be the second when it
        is handed over becomes an update then.
        """
        first = alert.write(event, match, reader)
        if event.occasion == "new":
            return first
        solution = event.brief.solution.id
        earlier = await self._letters.about(reader.id, solution)
        in_digest = await self._digests.includes(reader.id, solution)
        return alert_or_update(first, earlier, in_digest=in_digest)
