"""Who may see a record: every state, every embargo, every viewer."""

from datetime import date, timedelta
from itertools import product

import pytest

from shared.events import State
from shared.facts import Fact
from shared.visibility import (
    PUBLIC,
    UNTIL_TRANSITION,
    Status,
    Viewer,
    about_solutions,
    is_public,
    may_see,
    may_tell,
)
from tests.builders import KRAKOW, TAMPERE, YORK, a_need, a_solution, an_adoption, an_implementation

TODAY = date(2026, 11, 30)
STATES: tuple[State, ...] = ("draft", "confirmed", "published", "stale", "withdrawn")
EMBARGOES = {
    "none": None,
    "past": TODAY - timedelta(days=1),
    "today": TODAY,
    "tomorrow": TODAY + timedelta(days=1),
    "transition": UNTIL_TRANSITION,
}
OVER = {"none", "past", "today"}
EVERYTHING = tuple(product(STATES, EMBARGOES))


def status(state: State, embargo: str = "none", city: str = TAMPERE) -> Status:
    return Status(state, city, EMBARGOES[embargo], "freight-portal")


@pytest.mark.parametrize(("state", "embargo"), EVERYTHING)
def test_the_public_sees_what_is_published_and_under_no_embargo(state: State, embargo: str) -> None:
    shown = state in {"published", "stale"} and embargo in OVER
    assert is_public(status(state, embargo), TODAY) is shown
    assert may_see(PUBLIC, status(state, embargo), TODAY) is shown
    assert may_see(Viewer(frozenset({YORK}), "york-portal"), status(state, embargo), TODAY) is shown


@pytest.mark.parametrize(("state", "embargo"), EVERYTHING)
@pytest.mark.parametrize(
    "viewer", [Viewer(frozenset({TAMPERE})), Viewer(publisher="freight-portal"), Viewer(operator=True)]
)
def test_its_own_city_its_publisher_and_operators_see_it_in_every_state(
    viewer: Viewer, state: State, embargo: str
) -> None:
    assert may_see(viewer, status(state, embargo), TODAY)


@pytest.mark.parametrize(("state", "embargo"), EVERYTHING)
def test_an_outcome_is_public_only_while_its_solution_is(state: State, embargo: str) -> None:
    outcome, solution = status("published", city=YORK), status(state, embargo)
    shown = is_public(solution, TODAY)
    assert is_public(outcome, TODAY, [solution]) is shown
    assert may_see(Viewer(frozenset({KRAKOW})), outcome, TODAY, [solution]) is shown
    assert may_see(Viewer(frozenset({YORK})), outcome, TODAY, [solution]), "whose outcome it is sees it"
    assert may_see(Viewer(frozenset({TAMPERE})), outcome, TODAY, [solution]), "whose solution it is sees it"


@pytest.mark.parametrize(("state", "embargo"), EVERYTHING)
def test_what_another_city_has_not_published_stays_its_own_whosever_the_solution_is(
    state: State, embargo: str
) -> None:
    outcome = status(state, embargo, YORK)
    seen = may_see(Viewer(frozenset({TAMPERE})), outcome, TODAY, [status("published")])
    assert seen is is_public(outcome, TODAY)


@pytest.mark.parametrize(("state", "embargo"), EVERYTHING)
def test_no_letter_tells_of_what_was_withdrawn_or_of_what_is_another_citys(
    state: State, embargo: str
) -> None:
    record = status(state, embargo)
    assert may_tell(YORK, record, TODAY) is is_public(record, TODAY)
    assert may_tell(TAMPERE, record, TODAY) is (state != "withdrawn")
    assert may_tell(YORK, status("published", city=YORK), TODAY, [status("withdrawn")]) is False


@pytest.mark.parametrize(
    ("fact", "solutions"),
    [
        (an_implementation(), ("sol-1",)),
        (an_adoption(), ("sol-2", "sol-1")),
        (an_adoption(kind="built", parent=None), ("sol-2",)),
        (a_solution(), ()),
        (a_need(), ()),
    ],
)
def test_outcomes_and_adoptions_are_about_solutions(fact: Fact, solutions: tuple[str, ...]) -> None:
    assert about_solutions(fact) == solutions
