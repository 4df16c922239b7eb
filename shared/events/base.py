"""The base class of all messages: a frozen model with a routing key, a subject and an identity."""

from hashlib import blake2b
from typing import Annotated, ClassVar

from pydantic import Field

from shared.facts import Fact, Id, Line, Within

TYPE_PREFIX = "org.citiesshare."


class Event(Fact):
    """A message; ``key`` is its routing key, ``version`` the version of its schema."""

    key: ClassVar[str]
    version: ClassVar[int] = 1

    @property
    def subject(self) -> str:
        """The id of the record or thing that the message is about (CloudEvents ``subject``)."""
        raise NotImplementedError

    @property
    def identity(self) -> str:
        """The text by which two messages are the same: both then have the same ``message_id``."""
        return self.model_dump_json()

    @property
    def message_id(self) -> str:
        """The CloudEvents id: 32 hexadecimal digits, the BLAKE2b hash of key and identity."""
        return blake2b(f"{self.key}|{self.identity}".encode(), digest_size=16).hexdigest()

    @classmethod
    def message_type(cls) -> str:
        """Return the CloudEvents type, such as ``org.citiesshare.need.submitted.v1``."""
        return f"{TYPE_PREFIX}{cls.key}.v{cls.version}"


class Actor(Fact):
    """The official who acts for a city on the pages of notifications, with the verified post."""

    official: Id = Field(description="The official's id in the notifications service, which stores the name")
    post: Line
    city: Id = Field(description="The city of the post: the official may act for this city only")


BasedOn = Annotated[
    Annotated[int, Field(ge=1), Within(10**9)] | None,
    Field(
        description="Revision of the record that the sender saw; a record changed since is not overwritten"
    ),
]


class WithActor(Fact):
    """A message that an official may send; ``actor`` is read only from the account of notifications.

    With ``based_on`` the sender says which revision it saw: where the record was changed since, the message
    is rejected instead of overwriting the change.
    """

    actor: Actor | None = None
    based_on: BasedOn = None
