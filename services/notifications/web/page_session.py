"""A request by the holder of the key to one page of one letter. The key was checked before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple

from services.notifications.application.stored_models import CommentLine, MatchCard
from services.notifications.domain.desk.sent import with_actor
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.localized_texts import LocalizedText, Speaker, distinct
from services.notifications.domain.official_changes import Way
from services.notifications.domain.officials import Official
from services.notifications.domain.topics import TopicOption
from services.notifications.domain.vocabulary import FIELDS
from services.notifications.web.page_context import PageContext
from services.notifications.web.problems import PageProblem
from shared.events import Event

OF_AN_ITEM = frozenset({"scorecard", "shared", "feedback", "talk"})
"""What a reader may do with one item of a digest."""


class Page(NamedTuple):
    """A page and its HTTP status."""

    html: str
    status: int = 200


class Printed(NamedTuple):
    """A page to be printed: the same from the longest to the shortest, and the name of its file."""

    pages: tuple[str, ...]
    name: str


class Redirect(NamedTuple):
    """The answer to a POST that was done: look at ``address`` (303).

    ``token`` is that of a session that begins, for its cookie; an empty one removes the cookie.
    """

    address: str
    token: str | None = None


class ChangeLine(NamedTuple):
    """What was changed at a post: when, by which way, and the fields by name."""

    at: datetime
    way: Way
    what: tuple[str, ...]


class PageSession(NamedTuple):
    """Somebody holds the key to a page of ``letter``; ``acts`` is true for a POST.

    ``official`` holds the post and is the person the letter was written to. ``item`` is the number of the
    item of a digest that ``letter`` is then about. ``frame`` is what the templates are given besides.
    """

    context: PageContext
    letter: Letter
    official: Official
    form: dict[str, list[str]]
    acts: bool
    item: str = ""
    user_agent: str = ""
    frame: Mapping[str, object] = MappingProxyType({})

    def field(self, name: str, default: str = "") -> str:
        """Return the first value of a field of the form."""
        return next(iter(self.form.get(name, [])), default)

    def fields(self) -> dict[str, str]:
        """Return the first value of each field of the form; one that is absent is empty."""
        return defaultdict(str, {name: values[0].strip() for name, values in self.form.items() if values})

    def link(self, scope: str) -> str:
        """Return the address of another page for the same letter, and the same item of it."""
        item = f"?item={self.item}" if self.item and scope in OF_AN_ITEM else ""
        return self.context.sender.link(scope, self.letter) + item

    def show(self, page: str, status: int = 200, **context: object) -> Page:
        """Return a page in the language of the letter, with the words of cities as the letter has them."""
        return self._page(page, Speaker(self.letter.phrases), context, status)

    async def show_words(
        self, page: str, phrases: Iterable[LocalizedText], about: Iterable[str], **context: object
    ) -> Page:
        """Return a page with words of cities beside those of the letter.

        ``about`` are the keys of their records.
        """
        given = distinct((*phrases, *self.letter.phrases))
        speaker = Speaker(given)
        page_as_given = self._page(page, speaker, context)
        translated = await self.context.translate(speaker.shown, self.letter, about)
        if not translated:
            return page_as_given
        return self._page(page, Speaker(distinct((*translated, *given))), context)

    def _page(self, page: str, speaker: Speaker, context: dict[str, object], status: int = 200) -> Page:
        renderer, letter = self.context.renderer, self.letter
        return Page(
            renderer.page(page, letter.locale, letter.timezone, {**self.frame, **context}, speaker), status
        )

    async def publish(self, *events: Event) -> None:
        """Publish what the reader answers for the city; that the reader holds the post was checked before."""
        for event in with_actor(self.official, events):
            await self.context.publish(event)

    async def update_preferences(self, after: Official, way: Way) -> None:
        """Store what the reader prefers. Raises ``HolderChanged`` where somebody else holds the post."""
        await self.context.store.officials.update_preferences(self.official, after, way)

    async def hidden(self) -> frozenset[str]:
        """Return the keys of the records the letter tells of that its city may not be told of now."""
        letter = self.letter
        return await self.context.store.records.hidden(letter.tells_of, letter.city, datetime.now(UTC))

    async def subject(self) -> str:
        """Return the subject of the letter; empty where part of it may not be told any more."""
        whole = self.letter.without(await self.hidden()) == self.letter
        return self.context.letter_renderer.subject(self.letter) if whole else ""

    def topics(self) -> list[TopicOption]:
        """Return what the letter is about, by name."""
        letter = self.letter
        topics = letter.topics or ((letter.topic,) if letter.topic else ())
        return [self.context.topics.named(topic, letter.locale) for topic in topics]

    async def changes(self) -> list[ChangeLine]:
        """Return what was changed at the post, newest first, with fields by name, or as ``other``."""
        return await changes_at(self.context, self.official.id, self.letter.locale)

    async def comments(self) -> list[CommentLine]:
        """Return what colleagues wrote about what the letter is about."""
        return await self.context.store.comments.about(self.letter.solution or "", self.letter.city)

    async def visible_letter(self) -> Letter:
        """Return what of the letter may still be told. Raises ``PageProblem`` where that is nothing."""
        visible = self.letter.without(await self.hidden())
        if visible is None:
            raise PageProblem("unpublished")
        return visible

    async def card(self) -> MatchCard:
        """Return what the letter is about. Raises ``PageProblem`` where it may not be told of."""
        solution, city = self.letter.solution, self.letter.city
        card = await self.context.match_cards.find(solution, city) if solution else None
        if card is None:
            raise PageProblem("unpublished")
        return card


async def changes_at(context: PageContext, official: str, locale: str) -> list[ChangeLine]:
    """Return what was changed at a post, newest first, with fields by name, or as ``other``."""
    localizer = context.renderer.localizer(locale, "UTC")
    return [
        ChangeLine(
            change.at,
            change.way,
            tuple(
                dict.fromkeys(
                    localizer.word("field", name if name in FIELDS else "other") for name in change.what
                )
            ),
        )
        for change in await context.store.officials.changes(official)
    ]
