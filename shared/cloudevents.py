"""CloudEvents 1.0 on AMQP 0-9-1 and HTTP, binary and structured, by the RabbitMQ binding.

It is read tolerantly (``ce-``, ``cloudEvents_`` and ``cloudEvents:`` prefixes) and written strictly.
"""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson
from cloudevents.core.bindings.rabbitmq import to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared import json_text
from shared.events import Event
from shared.facts import Fact, bad_character

STRUCTURED = "application/cloudevents"
BATCH = "application/cloudevents-batch"
PREFIXES = ("ce-", "cloudevents_", "cloudevents:")
REQUIRED = ("specversion", "id", "type", "source")


class Malformed(ValueError):
    """The envelope cannot be read; ``path`` names the attribute."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


class Envelope(Fact):
    """What surrounds the data of a message: who said it, which message it is, and when."""

    id: str
    source: str
    type: str
    time: datetime | None = None
    subject: str | None = None
    dataref: str | None = None


@dataclass(frozen=True)
class Letterbox:
    """An envelope and the bytes of its data, not yet read."""

    envelope: Envelope
    data: bytes


def write(event: Event, source: str, time: datetime) -> tuple[dict[str, str], bytes]:
    """Return the ``ce-`` headers and the body of ``event`` in binary mode."""
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


def read(headers: Mapping[str, Any], content_type: str | None, body: bytes, sender: str) -> Letterbox:
    """Return the envelope and data of a message in structured, binary or bare mode, in this order.

    ``sender`` names the account of a legacy publisher of bare OCDS. Raises Malformed.
    """
    if (content_type or "").lower().startswith(STRUCTURED):
        return _structured(body)
    attributes = _attributes(headers)
    if all(name in attributes for name in REQUIRED):
        return Letterbox(_envelope(attributes), body)
    digest = sha256(body).hexdigest()
    bare = {"id": digest, "source": f"urn:citiesshare:ingest:{sender}", "type": "ocds"}
    return Letterbox(_envelope({**bare, **attributes, "specversion": "1.0"}), body)


def read_batch(body: bytes) -> list[Letterbox | Malformed]:
    """Return the events of a batch in order, with a complaint in the place of each that cannot be read.

    Raises Malformed where ``body`` is no batch.
    """
    value = parse_json(body)
    if not isinstance(value, list):
        raise Malformed("", "a batch is a JSON list of CloudEvents")
    return [_one_of_batch(each) for each in value]


def parse_json(body: bytes) -> object:
    """Return the JSON value in ``body``; raises Malformed on bad text, NaN or nesting that is too deep."""
    try:
        return json_text.parse(body)
    except json_text.NotJson as error:
        raise Malformed("", str(error)) from None


def _one_of_batch(value: object) -> Letterbox | Malformed:
    try:
        return _event(value)
    except Malformed as error:
        return error


def _structured(body: bytes) -> Letterbox:
    return _event(parse_json(body))


def _event(value: object) -> Letterbox:
    if not isinstance(value, dict):
        raise Malformed("", "a structured CloudEvent is a JSON object")
    for name in REQUIRED:
        if not isinstance(value.get(name), str) or not value[name]:
            raise Malformed(name, f"attribute {name!r} is missing: every CloudEvent has one")
    return Letterbox(_envelope(value), _data(value))


def _data(value: Mapping[str, Any]) -> bytes:
    if isinstance(encoded := value.get("data_base64"), str):
        try:
            return b64decode(encoded, validate=True)
        except ValueError:
            raise Malformed("data_base64", "this is no base64") from None
    data = value.get("data")
    return b"" if data is None else orjson.dumps(data)


def _attributes(headers: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in headers.items():
        lower = name.lower()
        for prefix in PREFIXES:
            if lower.startswith(prefix):
                found[lower.removeprefix(prefix)] = value
    return found


def _envelope(attributes: Mapping[str, Any]) -> Envelope:
    if str(attributes["specversion"]) != "1.0":
        raise Malformed("specversion", "only CloudEvents 1.0 is read: set specversion to 1.0")
    known = {name: value.strip() for name, value in attributes.items() if isinstance(value, str)}
    known = {name: value for name, value in known.items() if value}
    for name in ("id", "source", "type"):
        if not known.get(name) or len(known[name]) > 1000:
            raise Malformed(name, f"attribute {name!r} is empty, too long or no text")
    for name in Envelope.model_fields.keys() & known.keys():
        if bad := bad_character(known[name]):  # CloudEvents 1.0 allows none of them
            raise Malformed(name, f"attribute {name!r} has the character {bad}: remove it")
    return Envelope.model_validate({**known, "time": _time(known.get("time"))})


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        parsed = datetime.fromisoformat(text)
        # In UTC: a time near the year 1 or 9999 with an offset has none, and could not be kept.
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Malformed("time", f"{text[:40]!r} is no RFC 3339 time") from None
