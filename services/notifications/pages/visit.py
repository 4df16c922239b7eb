"""A visit: somebody holds the key to one letter's door. The key was checked before."""

from typing import NamedTuple

from services.notifications.domain.letters import Letter
from services.notifications.domain.models import Official
from services.notifications.pages.desk import Card, Desk, Remark
from services.notifications.pages.page import show
from services.notifications.sender import Sender
from shared.events import SENT_BY, Actor, Event

OF_AN_ITEM = frozenset({"scorecard", "shared", "feedback", "talk"})
"""What a reader may do with one item of a digest."""


class Visit(NamedTuple):
    """Somebody holds the key to one letter's door; ``acts`` is true for a POST.

    ``item`` is the number of the item of a digest that ``letter`` is then about.
    """

    desk: Desk
    sender: Sender
    letter: Letter
    form: dict[str, list[str]]
    acts: bool
    item: int | None = None

    def said(self, name: str, otherwise: str = "") -> str:
        """The first value of a field of the form."""
        return next(iter(self.form.get(name, [])), otherwise)

    def link(self, scope: str) -> str:
        """Another page for the same letter, and the same item of it."""
        item = f"?item={self.item}" if self.item and scope in OF_AN_ITEM else ""
        return self.sender.link(scope, self.letter) + item

    def show(self, page: str, **context: object) -> str:
        """A page in the language of the letter."""
        return show(page, self.letter.locale, self.letter.timezone, **context)

    async def official(self) -> Official:
        """The reader. Raises ``ValueError`` where the post was given up."""
        found = await self.desk.find_official(self.letter.official)
        if found is None:
            raise ValueError(f"the post {self.letter.official} does not exist any more")
        return found

    async def say(self, *events: Event) -> None:
        """Say what the reader says for the city, as the holder of a post of it at this moment.

        Raises ``ValueError`` where the reader is not in a post of the letter's city any more.
        """
        official = await self.official()
        if official.city != self.letter.city or official.status == "left":
            raise ValueError(f"the post {official.id} does not speak for the city of this letter any more")
        actor = Actor(official=official.id, post=official.post, city=official.city)
        for event in events:
            named = (
                event.model_copy(update={"actor": actor}) if type(event) in SENT_BY["officials"] else event
            )
            await self.desk.say(named)

    async def remarks(self) -> list[Remark]:
        """What colleagues said about what the letter is about."""
        return await self.desk.find_remarks(self.letter.solution or "", self.letter.city)

    async def card(self) -> Card:
        """What the letter is about. Raises ``ValueError`` where it was withdrawn."""
        solution = self.letter.solution
        found = await self.desk.find_card(solution, self.letter.city) if solution else None
        if found is None:
            raise ValueError(f"{solution or 'what this letter is about'} is not published any more")
        return found
