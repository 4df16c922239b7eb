"""What a returned letter means, and when an address is left alone.

The delivery status (RFC 3464) decides: an expired 4.x is soft, whatever else a reader of bounces may say.
"""

from datetime import date, datetime, timedelta
from typing import Literal

from shared.facts import Fact

Grade = Literal["soft", "hard", "delayed", "delivered", "complaint"]
STOP_AT = 4
QUIET = timedelta(days=30)
UNKNOWN_USER = frozenset({"5.1.1", "5.1.6", "5.1.10", "5.2.1"})


class Returned(Fact):
    """What came back: for which delivery, how bad, with the relay's own words."""

    delivery: str | None
    address: str | None
    grade: Grade
    status: str | None = None
    diagnostic: str | None = None


class Standing(Fact):
    """How an address has behaved: a score, the day it last rose, and the last time nobody was known there."""

    score: int = 0
    last: date | None = None
    unknown_user: datetime | None = None
    stopped: Literal["hard_bounce", "complaint", "admin"] | None = None


def grade_of(action: str | None, status: str | None) -> Grade:
    """How bad a recipient's action and enhanced status code are (RFC 3464, RFC 3463)."""
    said = (action or "").strip().lower()
    first = (status or "").strip()[:1]
    if said in {"delivered", "relayed", "expanded"} or first == "2":
        return "delivered"
    if said == "delayed":
        return "delayed"
    return "hard" if first == "5" else "soft"


def after(standing: Standing, returned: Returned, at: datetime) -> Standing:
    """How the address stands after one more return: soft +1, hard +2, once a day at most, stop at four.

    A month of quiet forgets; a complaint stops at once; "no such user" twice within a week stops too.
    """
    if returned.grade in {"delivered", "delayed"}:
        return standing
    if returned.grade == "complaint":
        return standing.model_copy(update={"stopped": "complaint"})
    return _stop_if_due(_scored(standing, returned, at.date()), standing, returned, at)


def resumed() -> Standing:
    """The reader asked for letters again: a clean sheet."""
    return Standing()


def _scored(standing: Standing, returned: Returned, day: date) -> Standing:
    if standing.last == day:
        return standing
    forgotten = standing.last is None or day - standing.last > QUIET
    score = (0 if forgotten else standing.score) + (2 if returned.grade == "hard" else 1)
    return standing.model_copy(update={"score": score, "last": day})


def _stop_if_due(now: Standing, before: Standing, returned: Returned, at: datetime) -> Standing:
    unknown = returned.status in UNKNOWN_USER
    twice = unknown and _within_a_week(before.unknown_user, at)
    stopped = "hard_bounce" if now.score >= STOP_AT or twice else now.stopped
    return now.model_copy(update={"stopped": stopped, "unknown_user": at if unknown else now.unknown_user})


def _within_a_week(first: datetime | None, second: datetime) -> bool:
    """Two reports within the hour are about one letter and count once."""
    return first is not None and timedelta(hours=1) <= second - first <= timedelta(days=7)
