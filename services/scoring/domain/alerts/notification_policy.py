"""Which match is told to a city: one letter for each process, and again only after a change that matters.

A city that describes a need and names its ``ocid`` describes the same process as the tender that was read
from OCDS. The city's own description is preferred, and both share one ``letter_key``, so that nobody gets
two letters. ``tell`` compares a match with what was last told under that key (framework, *Match*).
"""

from collections.abc import Iterable
from typing import Literal

from services.scoring.domain.facts import KnownFact
from services.scoring.domain.score_changes import material, sentences
from shared.events import Assessment, Match, Points, Sentence
from shared.facts import Fact, Id, Need, Share

PROCESSES = ("urn:ocid:", "urn:citiesshare:proc:")
PART = "#"
Occasion = Literal["new", "update"]


def is_read(need: Need) -> bool:
    """Whether it was read from procurement records: its id is that of a process, or of a part of one."""
    return need.ocid is not None and need.id.startswith(PROCESSES)


def process(need: Need) -> str | None:
    """City and process of a need, where it names one."""
    return None if need.ocid is None else f"{need.city}|{need.ocid.casefold()}"


def letter_key(need: Need) -> str:
    """What a letter is about: the process, from either side; a lot, or a need without process, is itself."""
    whole = process(need)
    return need.id if whole is None or (is_read(need) and PART in need.id) else whole


def spoken_for(need: Need, others: Iterable[KnownFact[Need]]) -> bool:
    """Whether the city itself describes the process that ``need`` was read from."""
    return is_read(need) and any(
        other.counts and not is_read(other.fact) and process(other.fact) == process(need) for other in others
    )


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

    The same ``cause`` leads to the same notification again: what was stored but not published before a crash
    is published when its message is delivered again.
    """
    notification = LastNotification(
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
        return notification
    if before.cause == cause:
        as_before = {"occasion": before.occasion, "changes": before.changes}
        return before if before.token == token else notification.model_copy(update=as_before)
    if not material(before.assessment, match.assessment):
        return None
    return notification.model_copy(update={"changes": sentences(before.assessment, match.assessment)})
