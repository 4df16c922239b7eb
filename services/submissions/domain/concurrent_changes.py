"""Two senders who change one record: who saw an older revision is told, and overwrites nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from services.submissions.domain.drafts import Draft, Recordable
from services.submissions.domain.records import Record
from shared.events import Complaint
from shared.facts import Fact, Solution

OFFICIAL = "official:"
# A step inside a group is none that a sender has to see: a lapse is the calendar's.
_SHOWN: Mapping[str, str] = {"published": "public", "stale": "public"}


class Outdated(Exception):
    """A message was based on a revision that others changed since."""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(complaint.message)
        self.complaint = complaint


class RecordedRevision(Protocol):
    """A revision as it was recorded."""

    @property
    def revision(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def when(self) -> datetime: ...
    @property
    def fact(self) -> Fact: ...


def overtaken(
    known: Record, draft: Draft, said: datetime, based_on: int, revisions: Iterable[RecordedRevision]
) -> Complaint | None:
    """Return the complaint about ``draft``, said at ``said``, where ``known`` was changed after ``based_on``.

    The same content is no conflict, and neither is a message that was recorded already and comes again.
    """
    if known.revision <= based_on or draft.content == known.draft.content:
        return None
    past = list(revisions)
    if any(each.when == said and each.fact == draft.fact for each in past if each.revision > based_on):
        return None
    seen = next((each for each in past if each.revision == based_on), None)
    unchanged = seen and _same(seen.fact, known) and _shown(seen.state) == _shown(known.state)
    return None if unchanged else _complaint(known, based_on)


def changed_since(known: Record, based_on: int, revisions: Iterable[RecordedRevision]) -> Complaint | None:
    """Return the complaint about a step on ``known`` whose content was changed after ``based_on``."""
    if known.revision <= based_on:
        return None
    seen = next((each for each in revisions if each.revision == based_on), None)
    return None if seen and _same(seen.fact, known) else _complaint(known, based_on)


def _same(seen: Fact, known: Record) -> bool:
    """Whether the content is the same, apart from counted answers and evidence that were added to it."""
    fact: Fact | Recordable = known.marks.on(seen) if isinstance(seen, Solution) else seen
    return fact == known.fact


def _shown(state: str) -> str:
    return _SHOWN.get(state, state)


def _complaint(known: Record, based_on: int) -> Complaint:
    what = f"{known.draft.key[:200]!r} was changed since revision {based_on}, by {_changed_by(known)[:150]}"
    return Complaint(path="based_on", message=f"{what}: look at it and send again")


def _changed_by(known: Record) -> str:
    """Who changed the record last: its content, or its state."""
    marks = (known.marks.confirmed, known.marks.withdrawn)
    changes = [(known.recorded, known.who), *((mark.when, mark.who) for mark in marks if mark)]
    return max(changes)[1].removeprefix(OFFICIAL)
