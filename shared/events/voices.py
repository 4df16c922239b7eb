"""Messages of others than cities: citizens, software catalogues, and comments."""

from typing import Annotated, Literal

from pydantic import Field

from shared.events.base import Actor, Event
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


CommentKind = Literal["comment", "reply", "dispute", "question", "answer"]


class CommentMade(Event):
    """A comment on a need, a solution or a lesson; or a reply of a city or supplier named in a failure.

    A reply or dispute is about an attempt. Once a moderator has seen it, it stands beside it; it changes no
    score. A question and its answer are about a solution, each sent by its own city; they are published when
    a moderator has seen both, and until one of the two cities withdraws its own.
    """

    key = "comment.made"
    about: Id = Field(description="The id of the record; an attempt is `<solution>|<city>`")
    city: Id = Field(description="The city that says it; a supplier names the city of the attempt")
    text: Text
    language: Language = "en"
    source: Line | None = None
    kind: CommentKind = Field(
        "comment",
        description="`reply`: shown beside the attempt; `dispute`: it also says that the attempt is not so; "
        "`question`, `answer`: published together, from officials only",
    )
    question: Id | None = Field(None, description="Of a question and its answer: the id that both have")
    withdrawn: bool = Field(default=False, description="The city takes its question or answer back, for good")
    by: Line | None = Field(
        None, description="The post or the company that replies; required but for a comment"
    )
    actor: Actor | None = Field(None, description="The official who replies; read only from notifications")

    @property
    def subject(self) -> str:
        return self.about
