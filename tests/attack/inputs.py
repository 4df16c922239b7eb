"""What an input is: a message, a request, bytes on a socket, a mail or a file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.attack.judge import Statement

Way = Literal["http", "amqp", "pages", "sockets", "smtp", "files"]
Command = Literal["read", "validate", "table"]
WAYS: tuple[Way, ...] = ("http", "amqp", "pages", "sockets", "smtp", "files")
CLOUDEVENT, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
LARGE = 100_000


@dataclass(frozen=True)
class Message:
    """A message of ``account``: over AMQP with ``headers``, over HTTP as one structured event.

    ``user_id`` is what is written as the sender (None: nothing), ``alone`` keeps it out of batches,
    ``deposit`` is the number of the deposit that it claims.
    """

    account: str
    body: bytes
    content_type: str = CLOUDEVENT
    headers: Mapping[str, Any] = field(default_factory=dict)
    exchange: str = "citiesshare.in"
    key: str = "need.submitted"
    user_id: str | None = None
    alone: bool = False
    deposit: int | None = None


@dataclass(frozen=True)
class Request:
    """A request to one page of a service."""

    service: str
    method: str
    path: str
    account: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Chunks:
    """Bytes on a connection to a service, with a pause after each chunk; then the connection is closed."""

    service: str
    chunks: tuple[bytes, ...]
    pause: float = 0.0


@dataclass(frozen=True)
class Mail:
    """A mail to the port for what comes back."""

    sender: str
    recipient: str
    content: bytes


@dataclass(frozen=True)
class File:
    """A file, and the offline command that reads it."""

    name: str
    content: bytes
    command: Command


Content = Message | Request | Chunks | Mail | File


@dataclass(frozen=True)
class Input:
    """One input: its number, how it comes in, of which kind it is, and what it says, if anything."""

    number: int
    way: Way
    kind: str
    content: Content
    statement: Statement | None = None
    foreign: bool = False


def event_of(said: Statement) -> dict[str, Any]:
    """A statement as a structured CloudEvent."""
    return {
        "specversion": "1.0",
        "id": said.event,
        "source": said.source,
        "type": said.said_type,
        "data": said.data,
    }


def over_http(said: Statement, **changes: Any) -> Message:  # noqa: ANN401 - fields of Message
    """A statement as one event over HTTP."""
    body = json.dumps(event_of(said), ensure_ascii=False).encode()
    return Message(**{"account": said.account, "body": body, "key": said.key, **changes})


def over_amqp(said: Statement, **changes: Any) -> Message:  # noqa: ANN401 - fields of Message
    """A statement in binary mode over AMQP, written by the account itself."""
    headers = {
        "ce-specversion": "1.0",
        "ce-id": said.event,
        "ce-source": said.source,
        "ce-type": said.said_type,
    }
    usual = {
        "account": said.account,
        "body": json.dumps(said.data, ensure_ascii=False).encode(),
        "content_type": "application/json",
        "exchange": said.exchange,
        "key": said.key,
        "user_id": said.claims or said.account,
        "alone": True,
    }
    more = changes.pop("headers", {})
    return Message(**{**usual, "headers": {**headers, **more}, **changes})
