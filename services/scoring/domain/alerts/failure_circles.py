"""The failure circle: cities that stopped for the same reason meet, once they are three (features F1).

A circle is for one cause code. ``circle`` gathers the members, one failure for each city; ``opened`` makes
the event that each member reads: its own failure, and those of the others, its own theme first. A circle
names cities and what their failure records say, never a person: contact data follow for those who agreed to
talk.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from services.scoring.domain.facts import KnownFact
from services.scoring.domain.learning import fields_present
from services.scoring.domain.track_record import FAILED
from shared.events import CircleOpened, Lesson
from shared.facts import Cause, FailureRecord, Implementation, Phrase, Solution, Texts, Topic

OPENS_AT: Final = 3
MOST_SHOWN: Final = 8
"""Other cities in one letter: what fits a page."""


class Failure(NamedTuple):
    """An attempt, beside the solution that was tried."""

    attempt: KnownFact[Implementation]
    solution: KnownFact[Solution]

    @property
    def city(self) -> str:
        """The city that tried."""
        return self.attempt.fact.city

    @property
    def record(self) -> FailureRecord:
        """What the city said of it."""
        return self.attempt.fact.failure or FailureRecord()

    @property
    def cause(self) -> Cause | None:
        """Why it was stopped; None where it was not, nobody said why, or it may not be seen."""
        seen = self.attempt.counts and self.solution.counts
        return self.record.cause if seen and self.attempt.fact.outcome in FAILED else None

    @property
    def themes(self) -> frozenset[str]:
        """What the solution is about, broadly."""
        return frozenset(theme(topic) for topic in self.solution.fact.topics)

    @property
    def telling(self) -> tuple[int, str, str]:
        """Its place among others: the fullest record first."""
        return -fields_present(self.record), self.city, self.solution.fact.id

    @property
    def recorded(self) -> datetime:
        """When the newest word of it was said."""
        return max(self.attempt.recorded, self.solution.recorded)


@dataclass(frozen=True, slots=True)
class Circle:
    """The members of a circle by city, in order, each with the failure it says most about."""

    cause: Cause
    members: Mapping[str, Failure]

    @property
    def open(self) -> bool:
        """Whether there are enough cities to meet: of two, each would know who the other is."""
        return len(self.members) >= OPENS_AT


def circle(cause: Cause, failures: Iterable[Failure]) -> Circle:
    """The circle of one cause; the same failures give the same circle in any order."""
    by_city: defaultdict[str, list[Failure]] = defaultdict(list)
    for failure in failures:
        if failure.cause == cause:
            by_city[failure.city].append(failure)
    return Circle(
        cause, {city: min(by_city[city], key=lambda failure: failure.telling) for city in sorted(by_city)}
    )


def theme(topic: Topic) -> str:
    """What a topic is about, broadly: the division of a CPV code (its first two digits), else the code."""
    return f"{topic.scheme}:{topic.id[:2] if topic.scheme == 'CPV' else topic.id}"


def opened(circle: Circle, names: Mapping[str, str]) -> list[CircleOpened]:
    """What each member is to read once: all at the third city, later only the one that comes.

    ``names`` are the cities' own names by id. Nothing while the circle is not open.
    """
    return [for_member(circle, city, names) for city in circle.members] if circle.open else []


def for_member(circle: Circle, city: str, names: Mapping[str, str]) -> CircleOpened:
    """What one member of an open circle reads. Raises ``KeyError`` for a city that is none."""
    own = circle.members[city]
    others = sorted(
        (other for other in circle.members.values() if other is not own),
        key=lambda other: (not own.themes & other.themes, *other.telling),
    )
    return CircleOpened(
        city=city,
        city_name=names.get(city, city),
        cause=circle.cause,
        own=_lesson(own, names),
        others=tuple(_lesson(other, names) for other in others[:MOST_SHOWN]),
        cities=len(circle.members),
        opened=max(member.recorded for member in circle.members.values()),
    )


def _lesson(failure: Failure, names: Mapping[str, str]) -> Lesson:
    solution, attempt = failure.solution.fact, failure.attempt.fact
    return Lesson(
        city=failure.city,
        city_name=names.get(failure.city, failure.city),
        solution=solution.id,
        title=solution.title,
        language=solution.language,
        shared_by=names.get(solution.city, solution.city) if solution.city != failure.city else None,
        outcome=attempt.outcome,
        first_warning_sign=failure.record.first_warning_sign,
        decision_to_change=failure.record.decision_to_change,
        words_language=attempt.language,
        translations=_translations(solution, attempt),
    )


def _translations(solution: Solution, attempt: Implementation) -> dict[str, Texts]:
    """What a lesson shows of both records, in each language that either has a text in."""
    shown = (
        (attempt.failure.first_warning_sign, attempt.failure.decision_to_change) if attempt.failure else ()
    )
    languages = sorted({*solution.translations, *attempt.translations})
    by_language = {language: _phrases(language, solution, attempt, shown) for language in languages}
    return {language: Texts(texts=phrases) for language, phrases in by_language.items() if phrases}


def _phrases(
    language: str, solution: Solution, attempt: Implementation, shown: tuple[str | None, ...]
) -> tuple[Phrase, ...]:
    title, given = solution.translations.get(language), attempt.translations.get(language, Texts())
    own = (Phrase(original=solution.title, text=title.title),) if title else ()
    return (*own, *(phrase for phrase in given.texts if phrase.original in shown))
