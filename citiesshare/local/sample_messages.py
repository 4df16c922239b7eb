"""The sample input as messages of cities and procurement systems."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from services.submissions.application.outgoing_message import OutgoingMessage
from shared import events
from shared.events import Event

SAMPLE = Path(__file__).parent / "sample"
SOURCE = "urn:citiesshare:sample"
OPERATOR = "dublin.lead@example.org"
"""The official of the sample who moderates for every city."""
NATIVE: tuple[tuple[str, type[Event]], ...] = (
    ("cities", events.CityDescribed),
    ("needs", events.NeedSubmitted),
    ("solutions", events.SolutionSubmitted),
    ("outcomes", events.OutcomeReported),
    ("comments", events.CommentMade),
)


def sample_messages() -> Iterator[OutgoingMessage]:
    """Yield cities, needs, solutions, outcomes and comments as native events, then OCDS releases."""
    for name, event in NATIVE:
        for data in json.loads((SAMPLE / f"{name}.json").read_text()):
            yield native(event, data)
    for path in sorted((SAMPLE / "releases").glob("*.json")):
        yield bare_release(path.read_bytes(), SOURCE, path.name)


def native(event: type[Event], data: dict[str, object], source: str = SOURCE) -> OutgoingMessage:
    """Return a native event as a message; its id is a hash of its content, so that repeats are recognised."""
    body = json.dumps(data, ensure_ascii=False).encode()
    return OutgoingMessage(
        event.key, sha256(event.key.encode() + body).hexdigest()[:32], source, event.message_type(), body
    )


def bare_release(body: bytes, source: str, name: str) -> OutgoingMessage:
    """Return an OCDS file as a message."""
    kind = events.ProcurementRelease
    return OutgoingMessage(kind.key, name, source, kind.message_type(), body)
