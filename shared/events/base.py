"""What every message is: a frozen model with a key, a subject and an identity."""

from hashlib import blake2b
from typing import ClassVar

from pydantic import Field

from shared.facts import Fact, Id, Line

TYPE_PREFIX = "org.citiesshare."


class Event(Fact):
    """A message: ``key`` routes it, ``subject`` names what it is about, ``revision`` which state of it."""

    key: ClassVar[str]
    version: ClassVar[int] = 1

    @property
    def subject(self) -> str:
        """The id of the thing the message is about."""
        raise NotImplementedError

    @property
    def identity(self) -> str:
        """What makes two copies of this message the same message."""
        return self.model_dump_json()

    @property
    def message_id(self) -> str:
        """The CloudEvents id: 32 hexadecimal digits drawn from key and identity."""
        return blake2b(f"{self.key}|{self.identity}".encode(), digest_size=16).hexdigest()

    @classmethod
    def message_type(cls) -> str:
        """The CloudEvents type of this message."""
        return f"{TYPE_PREFIX}{cls.key}.v{cls.version}"


class Actor(Fact):
    """Who acts in a city's name on our own pages: an official, by the post that was checked."""

    official: Id = Field(
        description="The official's id in the notifications service, which keeps who that is"
    )
    post: Line
    city: Id = Field(description="The city of the post: only for it the official speaks")


class Acted(Fact):
    """What an official may say; it is read from the notifications service's own account only."""

    actor: Actor | None = None
