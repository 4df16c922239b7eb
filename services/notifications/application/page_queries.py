"""What the pages ask of the service: to find, to keep, and to say. Only a POST leads to the last two."""

from datetime import datetime
from typing import NamedTuple, Protocol

from services.notifications.domain.bounces import AddressStatus
from services.notifications.domain.letter_content import FailedAttempt
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.notification_reasons import LogEntry
from services.notifications.domain.official_changes import OfficialChange, Way
from services.notifications.domain.officials import Official
from shared.events import Brief, Event, Match


class StoredLetter(NamedTuple):
    """A letter, and since when it is kept: how long its keys work is counted from then."""

    letter: Letter
    since: datetime


class MatchCard(NamedTuple):
    """A solution as it was matched to a need of a city."""

    brief: Brief
    match: Match


class LogLine(NamedTuple):
    """A line of an official's log, with the title of the solution."""

    entry: LogEntry
    title: LocalizedText


class AdoptionLine(NamedTuple):
    """A city that took a solution over, and how much of it was kept."""

    city: str
    kind: str
    kept: float | None


class CommentLine(NamedTuple):
    """What a colleague said about a solution: by post, never by name."""

    at: datetime
    post: str
    words: str
    language: str


class ConflictLine(NamedTuple):
    """What others sent about a record of a city: its title or id, and the name of the city it was sent for.

    ``sent_for`` is None where another publisher sent it for the record's own city, or for none.
    """

    at: datetime
    title: LocalizedText
    sent_for: str | None


class SolutionHistory(NamedTuple):
    """What became of a solution in each city, and who has it."""

    attempts: tuple[FailedAttempt, ...] = ()
    taken: tuple[AdoptionLine, ...] = ()


class PageQueries(Protocol):
    """The service behind the pages; its own tests and the store's run against the same pages."""

    async def find_delivery(self, letter: str) -> StoredLetter | None:
        """A letter that was written, by id, and when it was."""

    async def find_official(self, official: str) -> Official | None:
        """An official, by id."""

    async def find_card(self, solution: str, city: str) -> MatchCard | None:
        """The newest match of a solution with a city, unless it was withdrawn."""

    async def find_rivals(self, card: MatchCard) -> list[MatchCard]:
        """Up to three other solutions matched to the same need."""

    async def find_hidden(self, letter: Letter) -> frozenset[str]:
        """The keys of the records a letter tells of that its city may not be told of now."""

    async def find_story(self, solution: str, city: str) -> SolutionHistory:
        """What became of a solution everywhere, and who took it over, as far as ``city`` may be told."""

    async def find_remarks(self, solution: str, city: str) -> list[CommentLine]:
        """What officials of a city said to each other about a solution, oldest first."""

    async def keep_remark(self, letter: Letter, words: str) -> None:
        """Keep what the reader of a letter says to colleagues, once."""

    async def find_standing(self, email: str) -> AddressStatus:
        """How an address has behaved."""

    async def find_log(self, official: Official) -> list[LogLine]:
        """What the official was told and what not, newest first."""

    async def find_changes(self, official: Official) -> list[OfficialChange]:
        """What was changed at a post, by which way, newest first."""

    async def find_conflicts(self, official: Official) -> list[ConflictLine]:
        """What others sent about the records of the official's city and was not accepted, newest first."""

    async def change_wishes(self, before: Official, after: Official, way: Way) -> None:
        """Keep what the holder of a post wishes. Raises ``HolderChanged`` where it is not held any more."""

    async def confirm(self, official: Official) -> None:
        """The holder of a post confirmed the address. Raises ``HolderChanged`` like ``change_wishes``."""

    async def undo(self, official: Official) -> None:
        """Take back the last change of the holder's wishes."""

    async def resume(self, email: str) -> None:
        """The reader wants letters again at an address that had stopped taking them."""

    async def agree(self, letter: Letter) -> None:
        """One side of an introduction said yes."""

    async def ask_way_in(self, email: str, client: str) -> bool:
        """Take down that somebody wants to sign in; ``False`` where ``client`` asked too often."""

    async def use_up(self, letter: str) -> bool:
        """Whether this is the first time a way in is used."""

    async def say(self, event: Event) -> None:
        """Publish what the reader said."""
