"""What a member of a failure circle reads: what the others tried, its own theme first (features F1)."""

from collections.abc import Mapping
from typing import Final

from services.scoring.domain.alerts.failure_circles import Circle, Failure
from shared.events import CircleOpened, Lesson
from shared.facts import Implementation, Phrase, Solution, Texts

MOST_SHOWN: Final = 8
"""Other cities in one letter: what fits a page."""


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
    told = {language: _phrases(language, solution, attempt, shown) for language in languages}
    return {language: Texts(texts=phrases) for language, phrases in told.items() if phrases}


def _phrases(
    language: str, solution: Solution, attempt: Implementation, shown: tuple[str | None, ...]
) -> tuple[Phrase, ...]:
    title, given = solution.translations.get(language), attempt.translations.get(language, Texts())
    own = (Phrase(original=solution.title, text=title.title),) if title else ()
    return (*own, *(phrase for phrase in given.texts if phrase.original in shown))
