"""What the pages work with: repositories and use cases, and names and texts in the reader's language."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from services.notifications.application.conflicts import Conflicts
from services.notifications.application.desk_sessions import DeskSessions
from services.notifications.application.effects import EffectQueries
from services.notifications.application.introductions import Introductions
from services.notifications.application.match_cards import MatchCards
from services.notifications.application.notification_log import NotificationLog
from services.notifications.application.ports import LetterRenderer, PdfPrinter, Publish
from services.notifications.application.questions import Questions
from services.notifications.application.replies_to_failures import RepliesToFailures
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.application.sign_in import SignIn
from services.notifications.application.solution_history import SolutionHistories
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.sender import Sender
from services.notifications.domain.topics import TopicOption
from services.notifications.web.rendering import PageRenderer

Translate = Callable[[Iterable[LocalizedText], Letter, Iterable[str]], Awaitable[tuple[LocalizedText, ...]]]
"""What a machine makes of texts for the reader of a letter, if the records of these keys are public."""


class TopicNames(Protocol):
    """Topics by name, in the reader's language."""

    def known_topic(self, topic: str) -> bool:
        """Return whether a topic is one that needs can have."""
        ...

    def named(self, topic: str, locale: str) -> TopicOption:
        """Return a topic with its name; one that has none is shown by its code."""
        ...

    def suggested(self, search: str, locale: str) -> list[TopicOption]:
        """Return the topics that ``search`` could mean."""
        ...

    def themes(self, locale: str) -> list[TopicOption]:
        """Return the broad topics, one of which comes near to anything."""
        ...


class CountryNames(Protocol):
    """Countries and time zones by code, each with its name in the reader's language."""

    def countries(self, locale: str) -> Mapping[str, str]:
        """Return the countries whose public holidays are known."""
        ...

    def zones(self, locale: str) -> Mapping[str, str]:
        """Return the time zones of places."""
        ...


@dataclass(frozen=True, slots=True)
class PageContext:
    """Everything the pages work with."""

    store: NotificationRepositories
    match_cards: MatchCards
    histories: SolutionHistories
    log: NotificationLog
    conflicts: Conflicts
    replies: RepliesToFailures
    introductions: Introductions
    questions: Questions
    effects: EffectQueries
    sign_in: SignIn
    sessions: DeskSessions
    publish: Publish
    translate: Translate
    sender: Sender
    letter_renderer: LetterRenderer
    renderer: PageRenderer
    pdf: PdfPrinter
    topics: TopicNames
    countries: CountryNames
