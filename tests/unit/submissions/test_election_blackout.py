"""What a city says shortly before it votes."""

from datetime import date, timedelta

import pytest

from services.submissions.domain.drafts import Draft
from services.submissions.domain.lifecycle import blackout
from tests.builders import a_need, a_solution

ELECTION = date(2027, 4, 18)
AFTER = date(2027, 4, 19)
WINDOW = timedelta(days=28)


@pytest.mark.parametrize(
    ("day", "until"),
    [
        (date(2027, 3, 20), None),
        (date(2027, 3, 21), AFTER),
        (ELECTION, AFTER),
        (AFTER, None),
    ],
)
def test_a_solution_said_in_the_weeks_before_an_election_is_hidden_until_the_day_after(
    day: date, until: date | None
) -> None:
    assert blackout(Draft(fact=a_solution()), ELECTION, day, WINDOW).embargo_until == until


def test_a_longer_embargo_of_the_city_stays() -> None:
    later = date(2027, 6, 1)
    draft = Draft(fact=a_solution(), embargo_until=later)
    assert blackout(draft, ELECTION, ELECTION, WINDOW).embargo_until == later


@pytest.mark.parametrize(
    ("draft", "election", "window"),
    [
        (Draft(fact=a_need()), ELECTION, WINDOW),
        (Draft(fact=a_solution()), None, WINDOW),
        (Draft(fact=a_solution(), embargo_until_transition=True), ELECTION, WINDOW),
    ],
)
def test_needs_other_days_and_what_waits_for_a_transition_are_left_alone(
    draft: Draft, election: date | None, window: timedelta
) -> None:
    assert blackout(draft, election, ELECTION, window) == draft


@pytest.mark.parametrize("day", [ELECTION, ELECTION - timedelta(days=1), AFTER])
def test_an_empty_window_hides_nothing_not_even_on_the_day_itself(day: date) -> None:
    draft = Draft(fact=a_solution())
    assert blackout(draft, ELECTION, day, timedelta()) == draft


def test_hiding_again_changes_nothing() -> None:
    once = blackout(Draft(fact=a_solution()), ELECTION, ELECTION, WINDOW)
    assert blackout(once, ELECTION, ELECTION, WINDOW) == once
