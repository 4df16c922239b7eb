"""From the bytes of a request, a message or a file to CloudEvents: one reading for every way in.

``read``, ``validate``, HTTP and AMQP all come here, so that the same bytes are the same messages everywhere:
structured events whatever their content type says, batches, JSON Lines, gzip.
"""

import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from services.submissions.domain.json_types import Json
from services.submissions.domain.ocds.json_decoder import UndecodableJson, decode, decode_several
from shared.events import Complaint
from shared.json_limits import LARGEST_MESSAGE, NESTED_TOO_DEEPLY, too_deep
from shared.messaging import cloudevents
from shared.messaging.cloudevents import BATCH, STRUCTURED, MalformedEvent, RawEvent

GZIP = b"\x1f\x8b"
PLAIN_ENCODINGS = ("", "identity", "utf-8", "utf8", "binary")  # kombu writes the charset into AMQP's property
GZIP_ENCODINGS = ("gzip", "x-gzip")
ONE_EVENT = (
    "one message at the broker is one event, here are {}: send them one by one, or as a batch over HTTP"
)
Letters = list[RawEvent | MalformedEvent]


def raw_events_in(
    headers: Mapping[str, Any], content_type: str | None, encoding: str | None, body: bytes, sender: str
) -> Letters:
    """Return the events in a body, with a complaint in the place of each that cannot be read.

    ``sender`` names the account of a legacy publisher of bare OCDS. Raises MalformedEvent for a body
    of which nothing can be read.
    """
    body, kind = unpacked(body, encoding), (content_type or "").lower()
    if kind.startswith(BATCH):
        return _batch(_value(body))
    if kind.startswith(STRUCTURED):
        return [*_separate(body)]
    if not cloudevents.is_binary(headers) and b'"specversion"' in body and (events := _events(body)):
        return events
    return [_within_limits(cloudevents.read(headers, content_type, body, sender))]


def unpacked(body: bytes, encoding: str | None = None, most: int = LARGEST_MESSAGE) -> bytes:
    """Return ``body`` without its gzip, if it has one, at most ``most`` bytes; raises MalformedEvent."""
    coding = (encoding or "").strip().lower()
    if coding not in (*PLAIN_ENCODINGS, *GZIP_ENCODINGS):
        raise MalformedEvent(
            "", f"content encoding {coding[:40]!r} is not read here: send gzip, or plain", 415
        )
    return _gunzipped(body, most) if body.startswith(GZIP) or coding in GZIP_ENCODINGS else body


def events_of(value: Json) -> Letters | None:
    """Return the structured CloudEvents that a JSON value is, one or a list of them, or None."""
    if is_event(value):
        return [_one(value)]
    if isinstance(value, list) and any(map(is_event, value)):
        return [_one(item) for item in value]
    return None


def is_event(value: Json) -> bool:
    """Whether a JSON value is meant as a CloudEvent."""
    return isinstance(value, dict) and "specversion" in value and not value.keys() & {"ocid", "releases"}


def looks_like_event(body: bytes) -> bool:
    """Whether broken JSON was meant as a CloudEvent: what stands in it is not read without its envelope."""
    return body.lstrip()[:1] == b"{" and b'"specversion"' in body[:1000]


def complaint_of(error: MalformedEvent) -> Complaint:
    """What is said of an event that cannot be read."""
    return Complaint(path=error.path, message=str(error))


def _gunzipped(body: bytes, most: int) -> bytes:
    plain, rest = bytearray(), body
    while rest:
        member = zlib.decompressobj(wbits=31)
        try:
            plain += member.decompress(rest, most + 1 - len(plain))
        except zlib.error:
            raise MalformedEvent("", "this is no gzip, or it is damaged: pack it again") from None
        if len(plain) > most:
            raise MalformedEvent("", f"more than {most} bytes when unpacked: send parts", 413)
        if not member.eof:
            raise MalformedEvent("", "the gzip is cut off: send it again")
        rest = member.unused_data.lstrip(b"\0")
    return bytes(plain)


def _value(body: bytes) -> Json:
    try:
        return decode(body).value
    except UndecodableJson as error:
        raise MalformedEvent(error.complaint.path, error.complaint.message) from None


def _batch(value: Json) -> Letters:
    if not isinstance(value, list):
        raise MalformedEvent("", "a batch is a JSON array of CloudEvents")
    return [_one(item) for item in value]


def _one(value: Json) -> RawEvent | MalformedEvent:
    try:
        return _within_limits(cloudevents.event_of(value))
    except MalformedEvent as error:
        return error


def _within_limits(event: RawEvent) -> RawEvent:
    """The event, whichever way it came; raises MalformedEvent where its data nest too deeply."""
    if too_deep(event.data):
        error = MalformedEvent("data", NESTED_TOO_DEEPLY)
        error.named = {name: getattr(event.envelope, name) for name in ("id", "source", "type")}
        raise error
    return event


def _separate(body: bytes) -> Iterator[RawEvent | MalformedEvent]:
    """The structured event that a body is, or each of several one after another; raises MalformedEvent."""
    try:
        yield _within_limits(cloudevents.event_of(decode(body).value))
    except UndecodableJson as error:
        if not error.several:
            raise MalformedEvent(error.complaint.path, error.complaint.message) from None
        for document, _line in decode_several(body):
            if isinstance(document, Complaint):
                yield MalformedEvent(document.path, document.message)
            else:
                yield _one(document.value)


def _events(body: bytes) -> Letters | None:
    """The events in a body that does not say what it is, or None where it holds none."""
    try:
        return events_of(decode(body).value)
    except UndecodableJson as error:
        if not error.several:
            if looks_like_event(body):
                raise MalformedEvent(error.complaint.path, error.complaint.message) from None
            return None
    documents = [document for document, _line in decode_several(body)]
    if not any(not isinstance(document, Complaint) and is_event(document.value) for document in documents):
        return None
    return [*_separate(body)]
