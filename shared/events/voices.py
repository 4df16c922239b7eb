"""Messages of others than cities: citizens, software catalogues, and comments."""

from typing import Annotated, Literal

from pydantic import Field

from shared.events.base import Event
from shared.facts import Count, Id, Language, Line, Text, Topic


class CitizenVoice(Event):
    """A proposal or an opinion of citizens, from a participation platform."""

    key = "citizen.voice"
    kind: Literal["proposal", "opinion"]
    reference: Id
    city: Id
    title: Line
    text: Text = ""
    language: Language = "en"
    topics: tuple[Topic, ...] = ()
    solution: Id | None = None
    supports: Count | None = None
    answers: Count | None = None
    positive: Count | None = None

    @property
    def subject(self) -> str:
        return self.reference


class CatalogueEntry(Event):
    """A publiccode.yml file (https://yml.publiccode.tools), as text."""

    key = "catalogue.entry"
    url: Line
    publiccode: Annotated[str, Field(max_length=1_000_000)]

    @property
    def subject(self) -> str:
        return self.url


class CommentMade(Event):
    """A comment on a need, a solution or a lesson."""

    key = "comment.made"
    about: Id
    city: Id
    text: Text
    language: Language = "en"
    source: Line | None = None

    @property
    def subject(self) -> str:
        return self.about
