"""One message as it came, before it is validated."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Self

from services.submissions.domain.publishers import Caller
from services.submissions.domain.transitions import Attribution
from shared.messaging.cloudevents import Envelope, RawEvent


@dataclass(frozen=True)
class IncomingMessage:
    """One message: when it came, from whom, and its routing key if known.

    ``may_wait``: what it refers to may still be on its way, and another try is left.
    """

    letter: RawEvent
    received: datetime
    caller: Caller
    may_wait: bool = False
    key: str | None = None

    @property
    def envelope(self) -> Envelope:
        """What surrounds the data."""
        return self.letter.envelope

    @property
    def sent_at(self) -> datetime:
        """When it was sent, by its envelope; a time later than its arrival counts as the arrival."""
        return min(self.envelope.time or self.received, self.received)

    @property
    def teller(self) -> Attribution:
        """Its sender and its time."""
        return Attribution(self.caller.who, self.sent_at, self.caller.opener)

    def by(self, caller: Caller) -> Self:
        """Return the same message as the word of ``caller``."""
        return replace(self, caller=caller)

    def holding(self, data: bytes) -> Self:
        """Return the same message with the data that its dataref leads to."""
        return replace(self, letter=RawEvent(self.envelope, data))


def digest(letter: RawEvent) -> str:
    """What tells two messages under one (source, id) apart: type, data, and where else the data are."""
    what = f"{letter.envelope.type}|{letter.envelope.dataref or ''}".encode()
    return sha256(b"\n".join((what, letter.data))).hexdigest()


def message_key(envelope: Envelope) -> str:
    """The key of a message."""
    return sha256(f"{envelope.source}\n{envelope.id}".encode()).hexdigest()
