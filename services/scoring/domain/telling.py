"""Who is told of a match, and when again: only of something new, or of a change that matters."""

from typing import Literal

from services.scoring.domain.changes import material
from shared.events import Assessment, Match
from shared.facts import Fact, Id

Occasion = Literal["new", "update"]


class Told(Fact):
    """What was last told about one solution to the city of one need; ``token`` names the facts behind it."""

    solution: Id
    need: Id
    token: str
    occasion: Occasion
    assessment: Assessment


def tell(solution: str, match: Match, token: str, before: Told | None) -> Told | None:
    """Return what is to be told, or None where it was told already and nothing that matters changed.

    The same facts again give the same answer, so that a message heard twice says the same twice.
    """
    if before is not None and before.token == token:
        return before
    if before is not None and not material(before.assessment, match.assessment):
        return None
    return Told(
        solution=solution,
        need=match.need,
        token=token,
        occasion="new" if before is None else "update",
        assessment=match.assessment,
    )
