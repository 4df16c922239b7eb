"""Replies of those whom a failure names: who is offered one, and what became of those that were sent."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal, NamedTuple, TypeAlias

from services.notifications.domain.desk.sent import SentMessage
from services.notifications.domain.officials import Official
from shared.events import CommentMade, Complaint, Reply
from shared.facts import Implementation
from shared.right_of_reply import city_may_reply

Fate: TypeAlias = Literal["waits", "shown", "rejected"]
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
    """Whether the official's city may reply to a failure; submissions asks the same of a reply."""
    names = filter(None, [official.city_name])
    return city_may_reply(official.city, names, attempt, solution_city)


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
