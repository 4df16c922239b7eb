"""The states of a question between two cities, and the working days that it waits."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.notifications.domain.questions import (
    CityQuestion,
    answer,
    ask,
    decline,
    newest_first,
    read,
    remind,
    tidy_words,
    working_days,
)
from tests.builders import KRAKOW, NOW, TAMPERE, YORK, a_solution, an_official

ASKER = an_official()
ASKED = an_official(id="asked", city=TAMPERE, post="Logistics")
STRANGER = an_official(id="stranger", city=YORK)
QUESTION = ask(ASKER, a_solution(), "Who runs it?", NOW)
LATER = NOW + timedelta(hours=1)


def closed(question: CityQuestion | None) -> CityQuestion:
    assert question is not None
    return question


def test_the_same_words_of_a_city_about_one_solution_are_one_question() -> None:
    colleague = an_official(id="colleague", post="Another post")
    assert ask(colleague, a_solution(), " who runs IT?\r\n", LATER).id == QUESTION.id
    assert ask(ASKER, a_solution(), "Who pays?", NOW).id != QUESTION.id
    assert ask(ASKER, a_solution(id="sol-2"), "Who runs it?", NOW).id != QUESTION.id


@pytest.mark.parametrize(
    ("before", "does", "state"),
    [
        (QUESTION, lambda one: read(one, ASKED, LATER), "read"),
        (QUESTION, lambda one: read(one, ASKER, LATER), "asked"),
        (QUESTION, lambda one: answer(one, ASKED, "We do.", LATER), "answered"),
        (read(QUESTION, ASKED, LATER), lambda one: answer(one, ASKED, "We do.", LATER), "answered"),
        (QUESTION, lambda one: decline(one, ASKED, "", LATER), "declined"),
        (QUESTION, lambda one: remind(one, LATER), "asked"),
        (
            closed(answer(QUESTION, ASKED, "We do.", LATER)),
            lambda one: answer(one, ASKED, "No.", LATER),
            None,
        ),
        (closed(answer(QUESTION, ASKED, "We do.", LATER)), lambda one: decline(one, ASKED, "", LATER), None),
        (closed(answer(QUESTION, ASKED, "We do.", LATER)), lambda one: remind(one, LATER), None),
        (closed(answer(QUESTION, ASKED, "We do.", LATER)), lambda one: read(one, ASKED, LATER), "answered"),
        (closed(remind(QUESTION, LATER)), lambda one: remind(one, LATER), None),
    ],
)
def test_each_step_leads_from_one_state_to_the_next(
    before: CityQuestion, does: object, state: str | None
) -> None:
    assert callable(does)
    after = does(before)
    assert (after and after.state) == state
    if after is not None and after is not before:
        assert (after.version, len(after.trail)) == (before.version + 1, len(before.trail) + 1)


@pytest.mark.parametrize("official", [ASKER, STRANGER])
def test_nobody_answers_for_another_city(official: object) -> None:
    with pytest.raises(ValueError, match="another city"):
        answer(QUESTION, official, "We do.", LATER)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("city", "side"), [(KRAKOW, "asking"), (TAMPERE, "asked"), (YORK, None)], ids=["asks", "asked", "neither"]
)
def test_only_two_cities_have_to_do_with_a_question(city: str, side: str | None) -> None:
    assert QUESTION.side_of(city) == side


@pytest.mark.parametrize(
    ("days", "holiday", "expected"),
    [(0, None, 0), (1, None, 0), (3, None, 1), (4, None, 2), (4, date(2026, 11, 24), 1), (7, None, 5)],
)
def test_working_days_leave_out_weekends_and_holidays(days: int, holiday: date | None, expected: int) -> None:
    until = NOW + timedelta(days=days)  # from a Friday
    assert working_days(NOW, until, ZoneInfo("Europe/Helsinki"), lambda day: day == holiday) == expected


def test_a_day_is_that_of_the_reader() -> None:
    late = datetime(2026, 11, 22, 23, tzinfo=UTC)  # in Helsinki it is Monday already
    assert working_days(NOW, late, ZoneInfo("Europe/Helsinki"), lambda _: False) == 1
    assert working_days(NOW, late, UTC, lambda _: False) == 0


def test_paragraphs_stay_and_empty_lines_go() -> None:
    assert tidy_words("  a \r\nb\n\n\n\n c\n") == "a\nb\n\nc"


def test_what_waits_stands_first() -> None:
    done = closed(answer(ask(ASKER, a_solution(), "Later?", LATER), ASKED, "Yes.", LATER))
    assert newest_first([done, QUESTION]) == [QUESTION, done]
