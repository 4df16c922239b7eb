"""States and days of a record."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.domain.lifecycle import (
    Lifecycle,
    Step,
    StepError,
    after,
    embargo_end,
    lapses_on,
    months_after,
    overdue,
    question,
    state_on,
)
from shared.events import State
from shared.facts import Implementation, Outcome
from shared.visibility import Status, embargoed, is_public
from tests.builders import TAMPERE

DAY = date(2026, 1, 31)


def _attempt(outcome: Outcome = Outcome.RUNNING, started: date | None = DAY) -> Implementation:
    return Implementation(solution="s", city="2759794", outcome=outcome, started=started)


@pytest.mark.parametrize(
    ("state", "step", "then"),
    [
        ("draft", "confirm", "confirmed"),
        ("confirmed", "publish", "published"),
        ("published", "confirm", "published"),
        ("published", "lapse", "stale"),
        ("stale", "confirm", "published"),
        ("draft", "withdraw", "withdrawn"),
        ("published", "withdraw", "withdrawn"),
    ],
)
def test_a_record_goes_its_way(state: State, step: Step, then: State) -> None:
    assert after(Lifecycle(state=state), step, DAY).state == then


@pytest.mark.parametrize(
    ("state", "step"),
    [("draft", "publish"), ("withdrawn", "confirm"), ("withdrawn", "publish"), ("stale", "publish")],
)
def test_a_way_that_is_closed_is_refused_with_the_ways_that_are_open(state: State, step: Step) -> None:
    with pytest.raises(StepError, match=f"a {state} record cannot {step}; open: "):
        after(Lifecycle(state=state), step, DAY)


def test_a_draft_is_never_published_without_a_confirmation() -> None:
    confirmed = after(Lifecycle(), "confirm", DAY)
    assert confirmed.confirmed == DAY
    assert after(confirmed, "publish", date(2026, 2, 1)).confirmed == DAY


@pytest.mark.parametrize(
    ("day", "state"),
    [(date(2027, 2, 27), "published"), (date(2027, 2, 28), "stale"), (date(2030, 1, 1), "stale")],
)
def test_thirteen_months_without_confirmation_make_a_record_stale(day: date, state: State) -> None:
    life = Lifecycle(state="published", confirmed=DAY)
    assert lapses_on(DAY) == date(2027, 2, 28)
    assert state_on(life, day) == state
    assert is_public(Status(state_on(life, day), TAMPERE), day)


def test_a_confirmation_in_time_keeps_a_record_fresh() -> None:
    renewed = after(Lifecycle(state="published", confirmed=DAY), "confirm", date(2027, 2, 1))
    assert state_on(renewed, date(2027, 2, 28)) == "published"


@pytest.mark.parametrize(
    ("life", "day", "transition", "hidden"),
    [
        (Lifecycle(), DAY, None, False),
        (Lifecycle(embargo_until=date(2026, 2, 1)), DAY, None, True),
        (Lifecycle(embargo_until=DAY), DAY, None, False),
        (Lifecycle(embargo_until_transition=True), DAY, None, True),
        (Lifecycle(embargo_until_transition=True), DAY, date(2026, 2, 1), True),
        (Lifecycle(embargo_until_transition=True), DAY, DAY, False),
        (Lifecycle(embargo_until=date(2026, 3, 1), embargo_until_transition=True), DAY, DAY, True),
    ],
)
def test_an_embargo_hides_until_its_day_and_its_transition(
    life: Lifecycle, day: date, transition: date | None, hidden: bool
) -> None:
    assert embargoed(embargo_end(life, day, transition), day) is hidden


@pytest.mark.parametrize(
    ("day", "reported", "missed"),
    [
        (date(2026, 7, 31), None, ()),
        (date(2026, 8, 1), None, (6,)),
        (date(2027, 2, 1), None, (6, 12)),
        (date(2028, 2, 1), None, (6, 12, 24)),
        (date(2027, 2, 1), date(2026, 9, 1), (12,)),
        (date(2027, 2, 1), date(2027, 1, 31), ()),
    ],
)
def test_a_check_in_nobody_answered_is_overdue(
    day: date, reported: date | None, missed: tuple[int, ...]
) -> None:
    assert overdue(_attempt(), day, reported) == missed


@pytest.mark.parametrize("outcome", [Outcome.SUCCEEDED, Outcome.FAILED, Outcome.PARTIAL, Outcome.ABANDONED])
def test_an_attempt_that_ended_is_not_asked_any_more(outcome: Outcome) -> None:
    assert overdue(_attempt(outcome), date(2030, 1, 1)) == ()
    assert question(_attempt(outcome), "Signals", date(2030, 1, 1)) is None


def test_an_attempt_whose_start_nobody_knows_is_never_overdue() -> None:
    assert overdue(_attempt(started=None), date(2030, 1, 1)) == ()


def test_a_city_that_missed_three_check_ins_is_asked_once() -> None:
    asked = question(_attempt(), "Signals", date(2028, 1, 31))
    assert asked is not None
    assert (asked.months, asked.due) == (24, date(2028, 1, 31))
    assert question(_attempt(), "Signals", date(2026, 7, 30)) is None


@given(st.dates(max_value=date(2900, 1, 1)), st.integers(0, 400))
def test_months_after_lands_in_the_right_month(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
