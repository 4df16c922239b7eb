"""The failure circle: cities that stopped for the same reason, what each tried, and an offer to talk."""

from typing import Literal

from services.notifications.domain.introductions import Meeting
from services.notifications.domain.letters.base import envelope, letter_id
from services.notifications.domain.localized_texts import LocalizedText, distinct, phrases
from services.notifications.domain.officials import Official
from services.notifications.domain.text_cleanup import tidy_or_as_is, tidy_or_none
from shared.events import CircleOpened, Lesson
from shared.facts import Cause

MEMBERS = 3
"""Of fewer each would know who the other is."""


class CircleLetter(Meeting):
    """The reason they share, what the others tried, and how many cities there are, the reader's with them."""

    kind: Literal["circle"] = "circle"
    cause: Cause
    own: Lesson
    others: tuple[Lesson, ...]
    cities: int

    @property
    def about(self) -> str:
        """One circle for each cause."""
        return self.cause

    @property
    def tells_of(self) -> tuple[str, ...]:
        """Every failure in it, and what was tried."""
        return tuple(key for lesson in (self.own, *self.others) for key in _keys(lesson))

    def without(self, hidden: frozenset[str]) -> "CircleLetter | None":
        """The circle of those who may still be told of; an offer to meet needs two others."""
        others = tuple(lesson for lesson in self.others if hidden.isdisjoint(_keys(lesson)))
        left = self.cities - (len(self.others) - len(others))
        if hidden.intersection(_keys(self.own)) or (left < MEMBERS and not self.met):
            return None
        return self if others == self.others else self.model_copy(update={"others": others, "cities": left})

    @property
    def more(self) -> int:
        """How many other cities have no place in the letter."""
        return self.cities - 1 - len(self.others)


def write(event: CircleOpened, official: Official) -> CircleLetter:
    """The letter to one official; one for each circle, however many join it later."""
    return CircleLetter(
        **envelope(official, event.city_name).model_dump(),
        id=letter_id("circle", official.id, event.identity, "open"),
        written=event.opened,
        solution=event.own.solution,
        reason=event.own.title,
        phrases=_phrases(event, official.speaks()),
        cause=event.cause,
        own=_shown(event.own),
        others=tuple(map(_shown, event.others)),
        cities=event.cities,
    )


def _phrases(event: CircleOpened, languages: tuple[str, ...]) -> tuple[LocalizedText, ...]:
    """The title is in the solution's language, the sign and the decision in that of the city that tried."""
    return distinct(text for lesson in (event.own, *event.others) for text in _retold(lesson, languages))


def _retold(lesson: Lesson, languages: tuple[str, ...]) -> tuple[LocalizedText, ...]:
    title = phrases(lesson.language, lesson.translations, languages)
    words = phrases(lesson.words_language or lesson.language, lesson.translations, languages)
    own = tidy_or_as_is(lesson.title)
    return (*(one for one in title if one.original == own), *(one for one in words if one.original != own))


def _keys(lesson: Lesson) -> tuple[str, str]:
    return f"solution|{lesson.solution}", f"outcome|{lesson.solution}|{lesson.city}"


def _shown(lesson: Lesson) -> Lesson:
    return lesson.model_copy(
        update={
            "title": tidy_or_as_is(lesson.title),
            "first_warning_sign": tidy_or_none(lesson.first_warning_sign),
            "decision_to_change": tidy_or_none(lesson.decision_to_change),
        }
    )
