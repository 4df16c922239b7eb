"""CloudEvents 1.0 over AMQP 0-9-1 and HTTP, in binary and structured mode.

Reading accepts the header prefixes ``ce-`` (HTTP and RabbitMQ bindings), ``cloudEvents_`` and
``cloudEvents:`` (AMQP binding); writing uses ``ce-`` only.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson
from cloudevents.core.bindings.rabbitmq import to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared import json_limits
from shared.events import Event
from shared.facts import Fact, bad_character

STRUCTURED = "application/cloudevents"
BATCH = "application/cloudevents-batch"
PREFIX = "ce-"
PREFIXES = (PREFIX, "cloudevents_", "cloudevents:")
REQUIRED = ("specversion", "id", "type", "source")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
MILLISECONDS = 10**11  # numbers from here on are milliseconds: as seconds, this is the year 5138
NOT_JSON = ("multipart/", "application/xml", "text/xml", "text/html", "application/pdf")
MISSING = "attribute {!r} is missing: every CloudEvent has one"
NO_BASE64 = "this is no base64: write the data with the standard alphabet"
RIGHT_TIME = "write it like 2026-12-31T12:00:00Z"
Parse = Callable[[bytes], object]


class MalformedEvent(ValueError):
    """The envelope is invalid; ``path`` names the attribute.

    ``named`` holds the attributes that could be read, so that the sender finds the rejection by its event id;
    ``status`` is the HTTP status of the answer.
    """

    def __init__(self, path: str, message: str, status: int = 400) -> None:
        super().__init__(message[:500])
        self.path, self.status = path, status
        self.named: Mapping[str, str] = {}


class Envelope(Fact):
    """The CloudEvents context attributes that are used; ``time`` is in UTC."""

    id: str
    source: str
    type: str
    time: datetime | None = None
    subject: str | None = None
    dataref: str | None = None


@dataclass(frozen=True)
class RawEvent:
    """An envelope and the bytes of its data, not parsed yet."""

    envelope: Envelope
    data: bytes


def write(event: Event, source: str, time: datetime) -> tuple[dict[str, str], bytes]:
    """Return the ``ce-`` headers and the JSON body of ``event`` in binary mode."""
    envelope = CloudEvent(
        {
            "id": event.message_id,
            "source": source,
            "type": event.message_type(),
            "specversion": "1.0",
            "subject": event.subject or event.key,
            "time": time,
        },
        None,
    )
    return dict(to_binary(envelope, JSONFormat()).headers), event.model_dump_json().encode()


def binary_headers(attributes: Mapping[str, object]) -> dict[str, str]:
    """Return the ``ce-`` headers of context attributes in binary mode; those without a value are left out."""
    values = {"specversion": "1.0", **attributes}
    return {f"{PREFIX}{name}": str(value) for name, value in values.items() if value is not None}


def attribute(headers: Mapping[str, Any], name: str) -> str | None:
    """Return a context attribute of a message that a service wrote, for logs and lists."""
    value = headers.get(f"{PREFIX}{name}")
    return None if value is None else str(value)


def percent_decoded(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of a request with CloudEvents' attributes decoded, as the HTTP binding writes them.

    Raises MalformedEvent where one is not UTF-8.
    """
    return {name: _percent_decoded(name, text) for name, text in headers.items()}


def _percent_decoded(name: str, text: str) -> str:
    if not name.lower().startswith(PREFIXES):
        return text
    try:
        return unquote_to_bytes(text.encode("latin-1")).decode()
    except UnicodeError:
        raise MalformedEvent(
            name.lower().removeprefix(PREFIX), "is not UTF-8: percent-encode it as UTF-8"
        ) from None


def parse_json(body: bytes) -> object:
    """Return the JSON value in ``body``; raises MalformedEvent on a syntax error, NaN or too deep nesting."""
    try:
        return json_limits.parse(body)
    except json_limits.InvalidJson as error:
        raise MalformedEvent("", str(error)) from None


def read(
    headers: Mapping[str, Any], content_type: str | None, body: bytes, sender: str, parse: Parse = parse_json
) -> RawEvent:
    """Return the envelope and data of a message in structured, binary or bare mode, tried in this order.

    A bare message is OCDS JSON without an envelope: its id is the SHA-256 of the body, its source names the
    account ``sender``. ``parse`` parses a structured event. Raises MalformedEvent.
    """
    if (content_type or "").lower().startswith(STRUCTURED):
        return event_of(parse(body))
    attributes = _attributes(headers)
    if not attributes.keys().isdisjoint(REQUIRED):
        return _binary(attributes, content_type, body)
    _require_json(content_type)
    digest = sha256(body).hexdigest()
    bare = {"id": digest, "source": f"urn:citiesshare:ingest:{sender}", "type": "ocds"}
    return RawEvent(_envelope({**attributes, **bare, "specversion": "1.0"}), body)


def is_binary(headers: Mapping[str, Any]) -> bool:
    """Return whether the headers contain a required CloudEvents attribute."""
    return not _attributes(headers).keys().isdisjoint(REQUIRED)


def named_in(headers: Mapping[str, Any]) -> dict[str, str]:
    """Return the CloudEvents attributes in the headers that can be read, by name."""
    return _readable(_attributes(headers))


def _binary(attributes: Mapping[str, Any], content_type: str | None, body: bytes) -> RawEvent:
    try:
        _require_attributes(attributes)
        _require_json(content_type)
        return RawEvent(_envelope(attributes), body)
    except MalformedEvent as error:
        error.named = _readable(attributes)
        raise


def _require_attributes(attributes: Mapping[str, Any]) -> None:
    for name in REQUIRED:
        if attributes.get(name) in (None, ""):
            raise MalformedEvent(name, MISSING.format(name))


def _require_texts(value: Mapping[str, Any]) -> None:
    for name in (*Envelope.model_fields, "specversion", "datacontenttype"):
        if not isinstance(value.get(name, ""), str | None):
            raise MalformedEvent(name, f"attribute {name!r} is no text: write it in quotation marks")


def _require_json(content_type: str | None) -> None:
    if (content_type or "").lower().strip().startswith(NOT_JSON):
        raise MalformedEvent("datacontenttype", f"{content_type} is not read here: send JSON", 415)


def event_of(value: object) -> RawEvent:
    """Return the envelope and data of a structured CloudEvent; raises MalformedEvent."""
    if not isinstance(value, dict):
        raise MalformedEvent("", "a structured CloudEvent is a JSON object")
    try:
        _require_attributes(value)
        _require_texts(value)
        _require_json(value.get("datacontenttype"))
        return RawEvent(_envelope(value), _data(value))
    except MalformedEvent as error:
        error.named = _readable(value)
        raise


def _data(value: Mapping[str, Any]) -> bytes:
    encoded, data = value.get("data_base64"), value.get("data")
    if encoded is not None:
        if data is not None:
            raise MalformedEvent("data_base64", "there are data and data_base64: send one of them")
        try:
            return b64decode(encoded, validate=True)
        except (TypeError, ValueError):
            raise MalformedEvent("data_base64", NO_BASE64) from None
    return b"" if data is None else orjson.dumps(data)


def _attributes(headers: Mapping[str, Any]) -> dict[str, Any]:
    attributes = {}
    for name, value in headers.items():
        lower = name.lower()
        for prefix in PREFIXES:
            if lower.startswith(prefix):
                attributes[lower.removeprefix(prefix)] = value
    return attributes


def _readable(attributes: Mapping[str, Any]) -> dict[str, str]:
    """Return the attributes whose values contain only characters that an id may have."""
    texts = {name: str(value).strip() for name, value in attributes.items() if isinstance(value, str | int)}
    return {name: text for name, text in texts.items() if text and not bad_character(text)}


def _envelope(attributes: Mapping[str, Any]) -> Envelope:
    if str(_text("specversion", attributes["specversion"])) != "1.0":
        raise MalformedEvent("specversion", "only CloudEvents 1.0 is read: set specversion to 1.0")
    values = {name: attributes[name] for name in Envelope.model_fields if attributes.get(name) is not None}
    texts = {name: text for name, value in values.items() if name != "time" and (text := _text(name, value))}
    for name in ("id", "source", "type"):
        if not texts.get(name) or len(texts[name]) > 1000:
            raise MalformedEvent(name, f"attribute {name!r} is empty, too long or no text")
    for name in Envelope.model_fields.keys() & texts.keys():
        if bad := bad_character(texts[name]):  # not allowed by CloudEvents 1.0, "Type System"
            raise MalformedEvent(name, f"attribute {name!r} has the character {bad}: remove it")
    return Envelope.model_validate({**texts, "time": _time(values.get("time"))})


def _text(name: str, value: object) -> str:
    """Return an attribute as text: AMQP headers are typed, and some clients send numbers or bytes."""
    if isinstance(value, bytes | bytearray):
        try:
            return bytes(value).decode().strip()
        except UnicodeDecodeError:
            raise MalformedEvent(name, f"attribute {name!r} is not UTF-8") from None
    if isinstance(value, str) or (isinstance(value, int | float | Decimal) and not isinstance(value, bool)):
        return str(value).strip()
    raise MalformedEvent(name, f"attribute {name!r} is no text: write a text")


def _time(value: object) -> datetime | None:
    """Return a time in UTC from RFC 3339, an AMQP timestamp, or seconds or milliseconds since 1970."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        # Raises OverflowError for a time near year 1 or 9999 that is out of range in UTC.
        return _moment(value).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise MalformedEvent("time", f"{str(value)[:40]!r} is no RFC 3339 time: {RIGHT_TIME}") from None


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):  # AMQP's timestamp type, as aio-pika reads it: UTC
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return datetime.fromtimestamp(float(value) / (1000 if value >= MILLISECONDS else 1), UTC)
    text = _text("time", value)
    if not RFC_3339.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text.upper())
