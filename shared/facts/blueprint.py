"""What a city shares so that others can do the same: steps, roles, documents, and who paid for it."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.facts.base import Fact, Line, Money, Share
from shared.facts.days import Day

MOST_LINES = 50
MOST_DOCUMENTS = 30
HttpsLink = Annotated[Line, Field(pattern=r"^https://[^\s/?#@\\]+([/?#][^\s\\]*)?$")]
"""An address that is only reached over TLS, without the name of a user."""


class Blueprint(Fact):
    """How to do it: the steps in their order, and who worked on it and for how long, in the city's words.

    Roles are posts and skills, never persons. ``Reuse.blueprint`` says whether there is one, and counts
    towards the evaluation; this is its text, and counts nothing.
    """

    steps: Annotated[tuple[Line, ...], Field(max_length=MOST_LINES)] = ()
    roles: Annotated[tuple[Line, ...], Field(max_length=MOST_LINES)] = ()


class SharedDocument(Fact):
    """A document that other cities may read or use, at its address; it is not kept here."""

    kind: Literal["contract", "tender", "specification", "due_diligence", "evaluation", "guide", "other"]
    title: Line
    link: HttpsLink
    licence: Line | None = Field(None, description="Licence or permission, such as CC-BY-4.0")
    users: Literal["everybody", "public_bodies", "on_request"] | None = Field(
        None, description="Who may use it"
    )
    expires: Day | None = Field(None, description="The first day on which it is not offered any more")


class Funding(Fact):
    """Who paid for it, as recorded: a source, its programme, its share or amount."""

    source: Line = Field(examples=["ERDF", "State of Finland", "City"])
    programme: Line | None = None
    share: Share | None = Field(None, description="Of the whole cost")
    amount: Money | None = None


def offered(documents: Iterable[SharedDocument], day: date) -> tuple[SharedDocument, ...]:
    """Return the documents that are offered on ``day``: not those that expire on it or expired before."""
    return tuple(one for one in documents if one.expires is None or day < one.expires)
