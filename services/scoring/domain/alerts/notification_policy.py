"""Who is told of a match, and when again: only of something new, or of a change that matters."""

from typing import Literal

from services.scoring.domain.score_changes import material, sentences
from shared.events import Assessment, Match, Points, Sentence
from shared.facts import Fact, Id, Share

Occasion = Literal["new", "update"]


class LastNotification(Fact):
    """What was last told about one solution to the city of one need.

    ``cause`` is the message that made us tell, ``token`` names the facts it was told from.
    """

    solution: Id
    need: Id
    city: Id
    relevance: Share
    fit: Points
    token: str
    cause: str
    occasion: Occasion
    assessment: Assessment
    changes: tuple[Sentence, ...] = ()


def tell(
    solution: str, match: Match, token: str, cause: str, before: LastNotification | None
) -> LastNotification | None:
    """Return what is to be told, or None where it was told already and nothing that matters changed.

    The same ``cause`` again is told again, as what it was: a message heard twice says the same twice, and
    what was kept but never said is said when the message comes back.
    """
    told = LastNotification(
        solution=solution,
        need=match.need,
        city=match.city,
        relevance=match.relevance,
        fit=match.fit,
        token=token,
        cause=cause,
        occasion="new" if before is None else "update",
        assessment=match.assessment,
    )
    if before is None:
        return told
    if before.cause == cause:
        as_before = {"occasion": before.occasion, "changes": before.changes}
        return before if before.token == token else told.model_copy(update=as_before)
    if not material(before.assessment, match.assessment):
        return None
    return told.model_copy(update={"changes": sentences(before.assessment, match.assessment)})
