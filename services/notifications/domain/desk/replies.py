"""Replies of those whom a failure names: who is offered one, and what became of those that were sent."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal, NamedTuple, TypeAlias

from services.notifications.domain.desk.sent import SentMessage
from services.notifications.domain.officials import Official
from shared.events import CommentMade, Complaint, Reply
from shared.facts import Implementation, Outcome

Fate: TypeAlias = Literal["waits", "shown", "rejected"]
FAILURES = frozenset({Outcome.FAILED, Outcome.ABANDONED, Outcome.PARTIAL})
SHORTEST_NAME = 3
LONGEST = 2_000
AT_ONCE = timedelta(minutes=1)
KINDS = ("reply", "dispute")


class SentReply(NamedTuple):
    """A reply that an official of the city sent, and what became of it, with what was said against it."""

    message: SentMessage
    fate: Fate

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        """Why it is not shown; nothing of one that is shown, which may have been refused before."""
        return self.message.complaints if self.fate == "rejected" else ()


def may_reply(official: Official, attempt: Implementation, solution_city: str | None) -> bool:
    """Whether the city of ``official`` is party to a failure: its own, of its solution, or named in it.

    Submissions judges by the same rule when the reply comes in.
    """
    if attempt.outcome not in FAILURES:
        return False
    name = (official.city_name or "").casefold()
    named = len(name) >= SHORTEST_NAME and any(name in text.casefold() for text in _texts(attempt))
    return official.city in {attempt.city, solution_city} or named


def kinds(official: Official, attempt: Implementation) -> tuple[str, ...]:
    """What the official's city may say: it does not dispute its own attempt, it corrects it."""
    return ("reply",) if attempt.city == official.city else KINDS


def reply_to(attempt: Implementation, official: Official, kind: str, text: str) -> CommentMade:
    """Return the message that replies to ``attempt`` in the name of the official's post."""
    return CommentMade.model_validate(
        {
            "about": f"{attempt.solution}|{attempt.city}",
            "city": official.city,
            "text": text,
            "language": official.locale,
            "kind": kind,
            "by": official.post,
        }
    )


def sent_replies(sent: Iterable[SentMessage], replies: Iterable[Reply]) -> tuple[SentReply, ...]:
    """Return the replies that were sent from the desk, with what became of each."""
    shown = [*replies]
    return tuple(
        SentReply(message, _fate(message, shown)) for message in sent if message.what == CommentMade.key
    )


def _fate(message: SentMessage, shown: Iterable[Reply]) -> Fate:
    """A reply is the message's where post, city and time are the same; it may be shown after a refusal."""
    for reply in shown:
        same = (reply.by, reply.city) == (message.post, message.city)
        if same and abs(reply.said - message.at) < AT_ONCE:
            return "shown"
    return "rejected" if message.complaints else "waits"


def _texts(attempt: Implementation) -> Iterable[str]:
    record = attempt.failure
    more = (
        (record.expectation, record.result, record.first_warning_sign, record.decision_to_change)
        if record
        else ()
    )
    return filter(None, (attempt.why, *more))
