"""What a returned letter means, and when an address is left alone.

The delivery status (RFC 3464) decides: an expired 4.x is soft, whatever else a reader of bounces may say.
Only trouble with the address counts (RFC 3463, subjects 0 to 2): a full mailbox, a system, network or policy
trouble, or a block list says nothing about whether somebody reads there.
"""

import re
from datetime import date, datetime, timedelta
from typing import Literal

from shared.facts import Fact

Grade = Literal["soft", "hard", "delayed", "delivered", "complaint", "other"]
"""``other`` changes nothing: trouble that is not the address's, or feedback that asks for nothing."""
STOP_AT = 4
QUIET = timedelta(days=30)
UNKNOWN_USER = frozenset({"5.1.1", "5.1.6", "5.1.10", "5.2.1"})
ABOUT_THE_ADDRESS = frozenset("012")
NOT_ABOUT_THE_ADDRESS = frozenset({"1.7", "1.8", "2.2", "2.3", "2.4"})
"""Exceptions below these subjects: the sender's address, a full mailbox, a long message, a mailing list."""
ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
WORD = re.compile(r"[a-z]+")
BLOCKED = frozenset(
    {
        "banned", "blacklist", "blacklisted", "block", "blocked", "blocklist", "dkim", "dmarc", "dnsbl",
        "policy", "rbl", "relaying", "reputation", "spam", "spamcop", "spamhaus", "spf",
    }
)  # fmt: skip
BLOCKED_PHRASES = ("block list", "black list", "relay access denied", "not permitted to relay")
NOBODY_THERE = (
    "user unknown", "unknown user", "no such user", "no such recipient", "unknown recipient",
    "does not exist",
    "recipient not found", "mailbox not found", "unknown mailbox", "no such mailbox", "no mailbox here",
)  # fmt: skip
COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})
"""Feedback types (RFC 5965, RFC 6650) by which a reader wants no more letters."""


class BounceReport(Fact):
    """What came back: for which delivery, how bad, with the relay's own words."""

    delivery: str | None
    address: str | None
    grade: Grade
    status: str | None = None
    diagnostic: str | None = None


class AddressStatus(Fact):
    """How an address has behaved: a score, the day it last rose, and the last time nobody was known there."""

    score: int = 0
    last: date | None = None
    unknown_user: datetime | None = None
    stopped: Literal["hard_bounce", "complaint", "admin"] | None = None


def grade_of(action: str | None, status: str | None, diagnostic: str | None = None) -> Grade:
    """How bad a recipient's action and enhanced status code are (RFC 3464, RFC 3463).

    Where the status says nothing (``5.0.0``), the code in the diagnostic text counts.
    """
    verb = (action or "").strip().lower()
    code = status_of(status, diagnostic) or ""
    if verb in {"delivered", "relayed", "expanded"} or code[:1] == "2":
        return "delivered"
    if verb == "delayed":
        return "delayed"
    if code[:1] != "5":
        return "soft"
    return "hard" if about_address(code) and not blocked(diagnostic or "") else "other"


def status_of(status: str | None, diagnostic: str | None) -> str | None:
    """The enhanced status code, from the diagnostic text where the field has none that says anything."""
    field, text = (ENHANCED.search(value or "") for value in (status, diagnostic))
    if field is None or field[0].endswith(".0.0"):
        field = text or field
    return field[0] if field else None


def about_address(status: str | None) -> bool:
    """Whether a status speaks of the address; one that is not given may."""
    parts = (status or "").split(".")
    if len(parts) != 3:
        return True
    return parts[1] in ABOUT_THE_ADDRESS and f"{parts[1]}.{parts[2]}" not in NOT_ABOUT_THE_ADDRESS


def blocked(text: str) -> bool:
    """Whether a relay's words are about who sends, and not about the address."""
    folded = text.casefold()
    return not BLOCKED.isdisjoint(WORD.findall(folded)) or any(phrase in folded for phrase in BLOCKED_PHRASES)


def refused_at_once(delivery: str, address: str, text: str) -> BounceReport:
    """What a relay's 5xx to RCPT means, said during sending; ``other`` where it is not plain."""
    status = status_of(None, text)
    if status is None and any(phrase in text.casefold() for phrase in NOBODY_THERE):
        status = "5.1.1"
    grade: Grade = "other" if status is None else grade_of("failed", status, text)
    return BounceReport(delivery=delivery, address=address, grade=grade, status=status, diagnostic=text[:500])


def grade_of_feedback(kind: str | None) -> Grade:
    """What a feedback report (RFC 5965) asks for: ``not-spam`` and what no reader said stop nobody."""
    return "complaint" if (kind or "").strip().lower() in COMPLAINTS else "other"


def after(status: AddressStatus, report: BounceReport, at: datetime) -> AddressStatus:
    """Return the status after one more report: soft +1, hard +2, once a day at most, stop at four.

    A month of quiet forgets; a complaint stops at once; "no such user" twice within a week stops too. What
    does not speak of the address changes nothing.
    """
    if report.grade == "complaint":
        return status.model_copy(update={"stopped": "complaint"})
    if report.grade not in {"soft", "hard"} or not about_address(report.status):
        return status
    return _stop_if_due(_scored(status, report, at.date()), status, report, at)


def _scored(status: AddressStatus, report: BounceReport, day: date) -> AddressStatus:
    if status.last == day:
        return status
    forgotten = status.last is None or day - status.last > QUIET
    score = (0 if forgotten else status.score) + (2 if report.grade == "hard" else 1)
    return status.model_copy(update={"score": score, "last": day})


def _stop_if_due(
    now: AddressStatus, before: AddressStatus, report: BounceReport, at: datetime
) -> AddressStatus:
    unknown = report.status in UNKNOWN_USER
    twice = unknown and _within_a_week(before.unknown_user, at)
    stopped = "hard_bounce" if now.score >= STOP_AT or twice else now.stopped
    return now.model_copy(update={"stopped": stopped, "unknown_user": at if unknown else now.unknown_user})


def _within_a_week(first: datetime | None, second: datetime) -> bool:
    """Two reports within the hour are about one letter and count once."""
    return first is not None and timedelta(hours=1) <= second - first <= timedelta(days=7)
