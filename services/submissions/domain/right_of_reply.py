"""As whom somebody replies to a failure: as a city that may (``shared.right_of_reply``), or as its supplier.

A reply stands beside the attempt, dated, under the same visibility; it changes no content and no score.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, TypeAlias

from shared.events import CommentMade, Complaint, Reply
from shared.facts import Implementation, Solution
from shared.folding import fold
from shared.right_of_reply import SHORTEST_NAME, city_may_reply, has_replies

Party: TypeAlias = Literal["city", "supplier"]


def party_to(
    comment: CommentMade, attempt: Implementation, solution: Solution | None, city_names: Iterable[str]
) -> Party | Complaint:
    """As whom ``comment`` replies to ``attempt``, or why it may not; ``city_names`` are of its city."""
    if not has_replies(attempt):
        return Complaint(path="about", message="only an attempt that failed, in part or whole, has replies")
    if not comment.by:
        return Complaint(path="by", message="a reply names the post or the company that says it")
    if comment.actor is None and _is_supplier(comment.by, solution):
        return "supplier"
    if comment.city == attempt.city and comment.kind == "dispute":
        return Complaint(path="kind", message="a city corrects or withdraws its own record instead")
    if city_may_reply(comment.city, city_names, attempt, solution.city if solution else None):
        return "city"
    message = "neither this city nor this supplier is named in the attempt: send a comment instead"
    return Complaint(path="city", message=message)


def answered(replies: Sequence[Reply], city: str, own_words: Iterable[datetime]) -> tuple[Reply, ...]:
    """Return ``replies`` with when ``city``, whose attempt it is, first answered each dispute.

    ``own_words`` are the times at which the city reported or confirmed it; a reply of its own counts, too.
    """
    of_city = (reply for reply in replies if reply.party == "city" and reply.city == city)
    own = [reply.said for reply in of_city if reply.kind == "reply"]
    words = sorted((*own_words, *own))
    return tuple(
        reply.model_copy(update={"answered": next((word for word in words if word > reply.said), None)})
        if reply.kind == "dispute"
        else reply
        for reply in replies
    )


def _is_supplier(by: str, solution: Solution | None) -> bool:
    name = fold(solution.provider.name) if solution and solution.provider and solution.provider.name else ""
    return len(name) >= SHORTEST_NAME and f" {name} " in f" {fold(by)} "
