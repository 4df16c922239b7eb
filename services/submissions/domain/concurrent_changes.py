"""Two senders who change one record: who saw an older revision gets a complaint and overwrites nothing."""

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
    current: Record, draft: Draft, sent_at: datetime, based_on: int, revisions: Iterable[RecordedRevision]
) -> Complaint | None:
    """Return the complaint about ``draft``, sent at ``sent_at``, if ``current`` changed after ``based_on``.

    The same content is no conflict, and neither is a message that was recorded already and comes again.
    """
    if current.revision <= based_on or draft.content == current.draft.content:
        return None
    past = list(revisions)
    if any(
        revision.when == sent_at and revision.fact == draft.fact
        for revision in past
        if revision.revision > based_on
    ):
        return None
    seen = next((revision for revision in past if revision.revision == based_on), None)
    unchanged = seen and _same(seen.fact, current) and _shown(seen.state) == _shown(current.state)
    return None if unchanged else _complaint(current, based_on)


def changed_since(current: Record, based_on: int, revisions: Iterable[RecordedRevision]) -> Complaint | None:
    """Return the complaint about a step on ``current`` whose content was changed after ``based_on``."""
    if current.revision <= based_on:
        return None
    seen = next((revision for revision in revisions if revision.revision == based_on), None)
    return None if seen and _same(seen.fact, current) else _complaint(current, based_on)


def _same(seen: Fact, current: Record) -> bool:
    """Whether the content is the same, apart from counted answers and evidence that were added to it."""
    fact: Fact | Recordable = current.marks.on(seen) if isinstance(seen, Solution) else seen
    return fact == current.fact


def _shown(state: str) -> str:
    return _SHOWN.get(state, state)


def _complaint(current: Record, based_on: int) -> Complaint:
    what = (
        f"{current.draft.key[:200]!r} was changed since revision {based_on}, by {_changed_by(current)[:150]}"
    )
    return Complaint(path="based_on", message=f"{what}: look at it and send again")


def _changed_by(current: Record) -> str:
    """Who changed the record last: its content, or its state."""
    marks = (current.marks.confirmed, current.marks.withdrawn)
    changes = [(current.recorded, current.who), *((mark.when, mark.who) for mark in marks if mark)]
    return max(changes)[1].removeprefix(OFFICIAL)
