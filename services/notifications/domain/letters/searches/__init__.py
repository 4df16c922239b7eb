"""News of the searches that a post saved: one letter at the reader's hour, each record once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from services.notifications.domain.letter_content import FailedAttempt, attempt
from services.notifications.domain.letters.base import Letter, envelope, letter_id, title_for
from services.notifications.domain.localized_texts import LocalizedText, distinct, phrases_in
from services.notifications.domain.officials import Official
from shared.events import Brief
from shared.facts import Fact, Id, Language, Line

MOST = 10


class SearchLine(Fact):
    """One solution with news: ``records`` are the keys of what is new, ``attempts`` those among them."""

    solution: Id
    records: tuple[str, ...]
    title: LocalizedText
    language: Language
    city_name: str
    attempts: tuple[FailedAttempt, ...] = ()
    cities: tuple[Id, ...] = ()

    def without(self, hidden: frozenset[str]) -> "SearchLine | None":
        """The line without records that may not be told of; None where the solution may not be."""
        left = tuple(key for key in self.records if key not in hidden)
        if not left or f"solution|{self.solution}" in hidden:
            return None
        shown = [
            (told, city)
            for told, city in zip(self.attempts, self.cities, strict=True)
            if f"outcome|{self.solution}|{city}" not in hidden
        ]
        return self.model_copy(
            update={
                "records": left,
                "attempts": tuple(told for told, _ in shown),
                "cities": tuple(city for _, city in shown),
            }
        )


class SearchGroup(Fact):
    """The news of one search; ``address`` is that of its results, ``rest`` are counted only."""

    name: Line
    address: str
    lines: tuple[SearchLine, ...]
    rest: tuple[SearchLine, ...] = ()


class SearchesLetter(Letter):
    """The news of all searches of a post."""

    kind: Literal["searches"] = "searches"
    groups: tuple[SearchGroup, ...]

    @property
    def tells_of(self) -> tuple[str, ...]:
        """Every record that is news, and every solution that it is about."""
        lines = self.everything()
        return tuple(
            dict.fromkeys(key for one in lines for key in (*one.records, f"solution|{one.solution}"))
        )

    def without(self, hidden: frozenset[str]) -> "SearchesLetter | None":
        """The letter without what may not be told of; None where nothing is left."""
        groups = tuple(
            group.model_copy(update={"lines": lines, "rest": _left(group.rest, hidden)})
            for group in self.groups
            if (lines := _left(group.lines, hidden))
        )
        return self.model_copy(update={"groups": groups}) if groups else None

    def everything(self) -> tuple[SearchLine, ...]:
        """All lines, in the letter or only counted."""
        return tuple(one for group in self.groups for one in (*group.lines, *group.rest))


class FoundNews(NamedTuple):
    """A search with news: its name, the address of its results, and the new keys of each solution."""

    name: str
    address: str
    news: Mapping[str, Sequence[str]]


def write(
    official: Official, period: str, found: Sequence[FoundNews], briefs: Mapping[str, Brief], closes: datetime
) -> SearchesLetter | None:
    """Return the letter of one period such as ``daily|2026-11-30``; None where there is no news.

    A record that several searches found stands under the first.
    """
    groups, seen = list[SearchGroup](), set[str]()
    for one in found:
        lines = [
            _line(briefs[solution], keys, official.speaks())
            for solution, keys in one.news.items()
            if solution not in seen
        ]
        seen |= one.news.keys()
        if lines:
            groups.append(
                SearchGroup(
                    name=one.name, address=one.address, lines=tuple(lines[:MOST]), rest=tuple(lines[MOST:])
                )
            )
    if not groups:
        return None
    told = [briefs[line.solution] for group in groups for line in group.lines]
    return SearchesLetter(
        **envelope(official).model_dump(),
        id=letter_id("searches", official.id, official.city, period),
        written=closes,
        phrases=distinct(text for brief in told for text in phrases_in(brief, official.speaks())),
        groups=tuple(groups),
    )


def _line(brief: Brief, keys: Sequence[str], languages: tuple[str, ...]) -> SearchLine:
    solution = brief.solution
    new = [one for one in brief.implementations if f"outcome|{solution.id}|{one.city}" in keys]
    return SearchLine(
        solution=solution.id,
        records=tuple(keys),
        title=title_for(solution, languages),
        language=solution.language,
        city_name=brief.city_name,
        attempts=tuple(attempt(one, brief) for one in new),
        cities=tuple(one.city for one in new),
    )


def _left(lines: Sequence[SearchLine], hidden: frozenset[str]) -> tuple[SearchLine, ...]:
    return tuple(left for line in lines if (left := line.without(hidden)) is not None)
