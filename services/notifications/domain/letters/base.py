"""A letter: one email to one official, before it is put into words.

Each kind adds its own facts in ``kinds/<kind>``. A letter is a pure function of an event and an official: the
same facts give the same id, and the same letter gives the same bytes.
"""

from typing import Annotated

from pydantic import AwareDatetime, Field

from services.notifications.domain.link_tokens import name_of
from services.notifications.domain.localized_texts import LocalizedText, choose
from services.notifications.domain.officials import Address, Kind, Official
from services.notifications.domain.text_cleanup import MaybeShown, tidy
from shared.events import Points
from shared.facts import Fact, Id, Language, Line, Solution


class LetterAddress(Fact):
    """Address and language: what follows from the official alone."""

    official: Id
    to: Address
    to_name: Line
    city: Id
    city_name: Line
    post: Line
    locale: Language
    languages: tuple[Language, ...] = ()
    timezone: Line = "UTC"


class Letter(LetterAddress):
    """What every letter has, whatever its kind."""

    id: Annotated[str, Field(pattern=r"^[a-z2-7]{24}$")]
    kind: Kind
    written: AwareDatetime = Field(description="The event's own time; the Date header is when it is sent")
    expires: AwareDatetime | None = None
    thread: Id | None = Field(None, description="Letters about one solution to one official hang together")
    answers_thread: bool = False
    topic: Line | None = None
    topics: tuple[Line, ...] = Field((), description="All topics, where there are several")
    solution: Id | None = None
    need: Id | None = None
    reason: MaybeShown = Field(None, description="Why this person is told: a need, a role, a watch")
    fit: Points | None = None
    risk: Points | None = None
    sharing_city: Line | None = Field(None, description="Whom a reply reaches, through the relay")
    attempts: tuple[Id, ...] = Field((), description="The cities whose attempts at the solution it tells of")
    phrases: tuple[LocalizedText, ...] = Field(
        (), description="What is shown in place of a text that stands in it"
    )

    @property
    def tells_of(self) -> tuple[str, ...]:
        """The keys of the records it tells of."""
        solution = self.solution
        own = (("solution", solution), ("need", self.need))
        tried = (f"outcome|{solution}|{city}" for city in self.attempts)
        return (*(f"{kind}|{name}" for kind, name in own if name), *tried)

    @property
    def asks_to_confirm(self) -> tuple[str, ...]:
        """The keys of the drafts that it asks its reader to confirm: it tells of drafts only."""
        return ()

    @property
    def goes_once(self) -> str | None:
        """The key under which only one letter ever reaches its reader; None where each of them goes."""
        return None

    def without(self, hidden: frozenset[str]) -> "Letter | None":
        """What is left of it where the records ``hidden`` may not be told of; None where that is nothing."""
        return None if hidden.intersection(self.tells_of) else self


def letter_id(kind: Kind, official: str, about: str, state: str) -> str:
    """The deterministic id of a letter: its kind, reader, subject and the state of that subject."""
    return name_of(kind, official, about, state)


def thread_id(official: str, solution: str) -> str:
    """Where all letters to one official about one solution hang together."""
    return name_of("thread", official, solution)


def envelope(official: Official, city_name: str | None = None) -> LetterAddress:
    """Address and language of a letter to this official; ``city_name`` where the official's has none."""
    return LetterAddress(
        official=official.id,
        to=official.email,
        to_name=official.name,
        city=official.city,
        city_name=tidy(official.city_name or city_name or "") or official.city,
        post=tidy(official.post) or official.post,
        locale=official.locale,
        languages=official.speaks(),
        timezone=official.timezone,
    )


def title_for(solution: Solution, languages: tuple[str, ...]) -> LocalizedText:
    """The title in the language to show, see ``phrases``.

    A title of which nothing is left but signs gives way to the next; where there is none, the id stands.
    """
    own = next((text for text in (solution.title, solution.summary) if tidy(text)), solution.id)
    others = {language: given.title for language, given in solution.translations.items()}
    return choose(own, solution.language, others, languages)


def summary_for(solution: Solution, languages: tuple[str, ...]) -> LocalizedText | None:
    """The summary, chosen like the title; ``None`` where nobody wrote one."""
    others = {language: given.summary for language, given in solution.translations.items()}
    summary = choose(solution.summary, solution.language, others, languages)
    return summary if tidy(summary.text) else None


LEAD = 40
"""Characters of a subject that may stand before a title, which then has at least its first words."""


def lead(text: str) -> str:
    """What stands before a title in a subject, cut so that the title has room."""
    return first_line(text, LEAD)


def first_line(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut at a word, with an ellipsis where something was left out."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head).rstrip(" ,;:–-") + "…"
