"""What is read from a mail that came in: plain values, made where the mail is parsed and handed over as JSON.

Only the standard library is imported here: the process that parses mail has little memory to itself.
"""

from dataclasses import dataclass
from typing import Literal

MOST_BYTES = 2_000_000
"""The longest mail that is read."""
Automatic = Literal["certain", "likely"]
"""``certain``: a machine wrote it, nobody waits for an answer. ``likely``: its headers say so, a person may
have written it."""


class MailParseError(Exception):
    """A mail that cannot be read, and why; it is set aside, and the next is read."""


@dataclass(frozen=True)
class RecipientStatus:
    """One recipient's fields of a delivery status notification (RFC 3464, RFC 6533)."""

    address: str | None
    action: str | None
    status: str | None
    diagnostic: str | None


@dataclass(frozen=True)
class Feedback:
    """A feedback report (RFC 5965): its type, and the headers of the message it is about."""

    kind: str | None
    address: str | None


@dataclass(frozen=True)
class ParsedMail:
    """A mail as far as anybody here needs it.

    ``text`` is what a person wrote, ``""`` where there is none; ``unreadable`` says why it could not be read.
    ``reported`` has the headers of the message that a report is about. ``failed`` and ``delayed`` are the
    addresses that a bounce without a standard report names.
    """

    author: str | None = None
    automatic: Automatic | None = None
    text: str = ""
    unreadable: str | None = None
    recipients: tuple[RecipientStatus, ...] = ()
    feedback: Feedback | None = None
    reported: str = ""
    failed: tuple[str, ...] = ()
    delayed: tuple[str, ...] = ()
