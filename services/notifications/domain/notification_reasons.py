"""Why somebody did or did not get a letter, from what is kept and nothing else."""

from collections.abc import Iterable
from typing import Literal

from pydantic import AwareDatetime

from services.notifications.domain.recipients import SkipReason
from shared.facts import Fact, Id

Sent = Literal["claimed", "held", "handing", "accepted", "unknown", "rejected", "skipped"]


class Considered(Fact):
    """An official was thought of for a match: told, put into the digest, or not told and why."""

    official: Id
    solution: Id
    need: Id
    decision: Literal["now", "digest"] | SkipReason
    at: AwareDatetime


class Posted(Fact):
    """A letter and how far it came."""

    letter: Id
    kind: str
    solution: Id | None
    state: Sent
    detail: str | None = None
    at: AwareDatetime


class LogEntry(Fact):
    """One line of the log an official reads: when, and what became of it."""

    at: AwareDatetime
    state: Literal["sent", "unknown", "waiting", "not_sent"]
    why: str | None = None
    letter: Id | None = None


def explanation(
    solution: str, considered: Iterable[Considered], posted: Iterable[Posted], *, suppressed: bool = False
) -> tuple[LogEntry, ...]:
    """What happened about ``solution`` for one official, oldest first; nothing where it never came up.

    Letters that were accepted stand for themselves; what was decided but never posted says why.
    """
    letters = [_letter(one) for one in posted if one.solution == solution]
    thoughts = [one for one in considered if one.solution == solution]
    decided = [
        _thought(one, suppressed=suppressed) for one in thoughts if one.decision != "now" or not letters
    ]
    return tuple(sorted((*letters, *decided), key=lambda entry: (entry.at, entry.state)))


def _letter(one: Posted) -> LogEntry:
    if one.state == "accepted":
        return LogEntry(at=one.at, state="sent", letter=one.letter)
    if one.state == "unknown":
        return LogEntry(at=one.at, state="unknown", letter=one.letter)
    if one.state in {"claimed", "held", "handing"}:
        return LogEntry(at=one.at, state="waiting", letter=one.letter)
    return LogEntry(at=one.at, state="not_sent", why=one.detail or "suppressed", letter=one.letter)


def _thought(one: Considered, *, suppressed: bool) -> LogEntry:
    if isinstance(one.decision, SkipReason):
        return LogEntry(at=one.at, state="not_sent", why=one.decision.value)
    if suppressed:
        return LogEntry(at=one.at, state="not_sent", why="suppressed")
    return LogEntry(at=one.at, state="waiting")
