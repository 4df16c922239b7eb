"""Drafts that procurement data made of a city's contracts, to those who may confirm them: once a draft.

They wait for the reader's hour, like what is in a digest, so that one letter has all of them.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from services.notifications.domain.desk.records import DraftGroup, OwnRecord, by_id
from services.notifications.domain.letters.base import Letter, envelope, letter_id, title_for
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.officials import Official
from shared.facts import Fact, Money, Outcome, Stage

MOST = 10


class DraftLine(Fact):
    """One draft: a purchase with what became of it, or a need; ``records`` are their keys."""

    key: str
    records: tuple[str, ...]
    title: LocalizedText
    outcome: Outcome | None = None
    ended: date | None = None
    stage: Stage | None = None
    price: Money | None = None


class DraftsLetter(Letter):
    """The drafts of the reader's city that no letter to this reader told of; ``rest`` are counted only."""

    kind: Literal["drafts"] = "drafts"
    lines: tuple[DraftLine, ...]
    rest: tuple[DraftLine, ...] = ()

    @property
    def tells_of(self) -> tuple[str, ...]:
        """All drafts, those that are counted too."""
        return tuple(key for line in self.everything() for key in line.records)

    @property
    def asks_to_confirm(self) -> tuple[str, ...]:
        """The same: what was confirmed or withdrawn since is not asked about."""
        return self.tells_of

    def without(self, hidden: frozenset[str]) -> "DraftsLetter | None":
        """The letter without drafts that are none any more."""
        if hidden.isdisjoint(self.tells_of):
            return self
        left = (
            line.model_copy(update={"records": tuple(key for key in line.records if key not in hidden)})
            for line in self.everything()
        )
        lines = [line for line in left if line.records]
        return self._of(lines) if lines else None

    def everything(self) -> tuple[DraftLine, ...]:
        """All drafts, in the letter or only counted."""
        return (*self.lines, *self.rest)

    def _of(self, lines: Sequence[DraftLine]) -> "DraftsLetter":
        update = {"lines": tuple(lines[:MOST]), "rest": tuple(lines[MOST:])}
        return self.model_copy(update=update)


def write(
    official: Official,
    period: str,
    groups: Sequence[DraftGroup],
    titles: Mapping[str, LocalizedText],
    closes: datetime,
) -> DraftsLetter | None:
    """Return the letter of one period such as ``daily|2026-11-30``; None where there is no draft.

    ``titles`` are those of solutions that are no drafts themselves, by id.
    """
    if not groups:
        return None
    lines = [_line(group, titles, official.speaks()) for group in groups]
    return DraftsLetter(
        **envelope(official).model_dump(),
        id=letter_id("drafts", official.id, official.city, period),
        written=closes,
        lines=tuple(lines[:MOST]),
        rest=tuple(lines[MOST:]),
    )


def _line(group: DraftGroup, titles: Mapping[str, LocalizedText], languages: tuple[str, ...]) -> DraftLine:
    solution, attempt, need = group.solution, group.attempt, group.need
    return DraftLine(
        key=group.key,
        records=tuple(record.key for record in group.records),
        title=_title(group.records[0], group, titles, languages),
        outcome=attempt.outcome if attempt else None,
        ended=attempt.ended if attempt else None,
        stage=need.stage if need else None,
        price=(attempt and attempt.cost) or (solution and solution.cost) or (need and need.budget) or None,
    )


def _title(
    first: OwnRecord, group: DraftGroup, titles: Mapping[str, LocalizedText], languages: tuple[str, ...]
) -> LocalizedText:
    if group.solution is not None:
        return title_for(group.solution, languages)
    own = first.title(languages)
    return own or titles.get(first.solution or "") or by_id(first.solution or first.id)
