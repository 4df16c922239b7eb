"""A visit: somebody holds the key to one letter's door. The key was checked before."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

from services.notifications.adapters.localizer import localizer_for
from services.notifications.adapters.mime import subject_of
from services.notifications.adapters.topic_names import named
from services.notifications.application.page_queries import CommentLine, MatchCard, PageQueries
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.localized_texts import LocalizedText, Speaker, distinct
from services.notifications.domain.officials import Official
from services.notifications.domain.sender import Sender
from services.notifications.domain.topics import TopicOption
from services.notifications.domain.vocabulary import FIELDS
from services.notifications.web.problems import PageProblem
from services.notifications.web.rendering import show
from shared.events import SENT_BY, Actor, Event

OF_AN_ITEM = frozenset({"scorecard", "shared", "feedback", "talk"})
"""What a reader may do with one item of a digest."""


Translate = Callable[[Iterable[LocalizedText], Letter, Iterable[str]], Awaitable[tuple[LocalizedText, ...]]]
"""What a machine makes of texts for the reader of a letter, if the records of these keys are public."""


async def no_machine(_: Iterable[LocalizedText], __: Letter, ___: Iterable[str]) -> tuple[LocalizedText, ...]:
    """Where no machine translates."""
    return ()


class Page(NamedTuple):
    """A page and its HTTP status."""

    html: str
    status: int = 200


class PageSession(NamedTuple):
    """Somebody holds the key to one letter's door; ``acts`` is true for a POST.

    ``official`` holds the post and is the person the letter was written to. ``item`` is the number of the
    item of a digest that ``letter`` is then about.
    """

    desk: PageQueries
    sender: Sender
    letter: Letter
    official: Official
    form: dict[str, list[str]]
    acts: bool
    item: str = ""
    translate: Translate = no_machine

    def said(self, name: str, otherwise: str = "") -> str:
        """The first value of a field of the form."""
        return next(iter(self.form.get(name, [])), otherwise)

    def fields(self) -> dict[str, str]:
        """The first value of each field of the form; one that is absent is empty."""
        return defaultdict(str, {name: values[0].strip() for name, values in self.form.items() if values})

    def link(self, scope: str) -> str:
        """Another page for the same letter, and the same item of it."""
        item = f"?item={self.item}" if self.item and scope in OF_AN_ITEM else ""
        return self.sender.link(scope, self.letter) + item

    def show(self, page: str, status: int = 200, **context: object) -> Page:
        """A page in the language of the letter, with the words of cities as the letter has them."""
        speaker = Speaker(self.letter.phrases)
        return Page(show(page, self.letter.locale, self.letter.timezone, speaker, **context), status)

    async def show_words(
        self, page: str, phrases: Iterable[LocalizedText], about: Iterable[str], **context: object
    ) -> Page:
        """A page with words of cities beside those of the letter; ``about`` are the keys of their records."""
        given = distinct((*phrases, *self.letter.phrases))
        speaker = Speaker(given)
        first = self._shown(page, speaker, context)
        more = await self.translate(speaker.shown, self.letter, about)
        return self._shown(page, Speaker(distinct((*more, *given))), context) if more else first

    def _shown(self, page: str, speaker: Speaker, context: dict[str, object]) -> Page:
        return Page(show(page, self.letter.locale, self.letter.timezone, speaker, **context))

    async def say(self, *events: Event) -> None:
        """Say what the reader says for the city; that the reader holds the post was checked in this turn.

        Events of the city's own record name the reader as ``actor``.
        """
        holder = self.official
        actor = Actor(official=holder.id, post=holder.post, city=holder.city)
        for event in events:
            named = type(event) in SENT_BY["officials"]
            await self.desk.say(event.model_copy(update={"actor": actor}) if named else event)

    async def subject(self) -> str:
        """The subject of the letter, as its reader knows it; empty where it may not be told any more."""
        whole = self.letter.without(await self.desk.find_hidden(self.letter)) == self.letter
        return subject_of(self.letter, self.sender) if whole else ""

    def topics(self) -> list[TopicOption]:
        """What the letter is about, by name."""
        letter = self.letter
        several = letter.topics or ((letter.topic,) if letter.topic else ())
        return [named(topic, letter.locale) for topic in several]

    async def changes(self) -> list[dict[str, object]]:
        """What was changed at the post, newest first; what has no word of its own is an entry of the post."""
        speaker = localizer_for(self.letter.locale)
        return [
            {
                "at": change.at,
                "way": change.way,
                "what": tuple(
                    dict.fromkeys(
                        speaker.word("field", name if name in FIELDS else "other") for name in change.what
                    )
                ),
            }
            for change in await self.desk.find_changes(self.official)
        ]

    async def remarks(self) -> list[CommentLine]:
        """What colleagues said about what the letter is about."""
        return await self.desk.find_remarks(self.letter.solution or "", self.letter.city)

    async def told(self) -> Letter:
        """What of the letter may still be told. Raises ``PageProblem`` where that is nothing."""
        left = self.letter.without(await self.desk.find_hidden(self.letter))
        if left is None:
            raise PageProblem("unpublished")
        return left

    async def card(self) -> MatchCard:
        """What the letter is about. Raises ``PageProblem`` where it may not be told of."""
        solution = self.letter.solution
        found = await self.desk.find_card(solution, self.letter.city) if solution else None
        if found is None:
            raise PageProblem("unpublished")
        return found
