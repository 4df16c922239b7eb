"""Questions and answers that two cities publish beside a solution: each sends its own side, and may end it.

A moderator sees each side. Both are published while both are shown and neither city has taken its own back,
in whatever order the messages came.
"""

from collections.abc import Iterable
from datetime import datetime

from services.submissions.domain.lifecycle import Exchange
from services.submissions.domain.records import Record, marked
from services.submissions.domain.transitions import Attribution, Step
from shared.events import CommentMade, Complaint
from shared.facts import Solution

KINDS = frozenset({"question", "answer"})


def complaint_about(comment: CommentMade, solution: Solution, *, official: bool) -> Complaint | None:
    """What stands against a question or an answer; ``official``: whether our own pages vouch for it."""
    if not official:
        return Complaint(path="kind", message="officials alone send a question or an answer: send a comment")
    if not comment.question or not comment.by:
        path = "by" if comment.question else "question"
        return Complaint(path=path, message="a question and its answer name the question and the post")
    own = comment.city == solution.city
    if own != (comment.kind == "answer"):
        return Complaint(path="city", message="the city of the solution answers; another city asks")
    return None


def side_of(comment: CommentMade, key: str, said: datetime) -> Exchange:
    """Return one side of a question, kept under ``key`` and sent at ``said``."""
    words = {name: getattr(comment, name) for name in ("question", "kind", "city", "by", "text", "language")}
    return Exchange.model_validate({**words, "comment": key, "said": said})


def adding(side: Exchange) -> Step:
    """A moderator has seen one side of a question."""

    def add(record: Record, _: Attribution) -> Record:
        others = (one for one in record.marks.exchanges if one.comment != side.comment)
        return marked(record, exchanges=_ordered((*others, side)))

    return add


def removing(comment: str) -> Step:
    """A moderator decided that the side under this id is not shown, or not any more."""

    def remove(record: Record, _: Attribution) -> Record:
        return marked(
            record, exchanges=_ordered(one for one in record.marks.exchanges if one.comment != comment)
        )

    return remove


def taking_back(question: str, city: str) -> Step:
    """A city takes back what it said: for good, also where it is not seen by a moderator yet."""

    def take_back(record: Record, _: Attribution) -> Record:
        return marked(record, taken_back=tuple(sorted({*record.marks.taken_back, f"{question}|{city}"})))

    return take_back


def _ordered(sides: Iterable[Exchange]) -> tuple[Exchange, ...]:
    return tuple(sorted(sides, key=lambda one: (one.said, one.comment)))
