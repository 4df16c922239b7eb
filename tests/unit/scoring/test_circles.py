"""The failure circle: who is in it, when it opens, and what its members read."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.domain.alerts import MOST_SHOWN, Circle, Failure, circle, opened
from services.scoring.domain.facts import KnownFact
from shared.events import CircleOpened, State
from shared.facts import Cause
from tests.builders import NOW, a_failure, a_solution, an_implementation

BIKES = {"scheme": "CPV", "id": "34430000"}
BUSES = {"scheme": "CPV", "id": "34120000"}
BINS = {"scheme": "CPV", "id": "90500000"}


def failed(city: str, **changes: object) -> Failure:
    """An attempt of ``city`` at a solution of its own that citizens did not want."""
    state: State = changes.pop("state", "published")  # type: ignore[assignment]
    embargoed = bool(changes.pop("embargoed", False))
    topic, name = changes.pop("topic", BIKES), str(changes.pop("solution", f"{city}/1"))
    outcome = changes.pop("outcome", "failed")
    solution = a_solution(id=name, city=city, title=f"Tried in {city}", topics=[topic])
    record = a_failure(**changes)
    attempt = an_implementation(solution=name, city=city, outcome=outcome, failure=record)
    return Failure(KnownFact(attempt, 1, state, NOW), KnownFact(solution, 1, "published", NOW, embargoed))


def of(failures: Sequence[Failure]) -> Circle:
    return circle(Cause.CITIZENS, failures)


def read(failures: Sequence[Failure]) -> dict[str, CircleOpened]:
    return {event.city: event for event in opened(of(failures), {})}


def test_a_circle_opens_at_three_cities() -> None:
    """F1."""
    assert read([failed("a"), failed("b")]) == {}
    assert set(read([failed("a"), failed("b"), failed("c")])) == {"a", "b", "c"}


def test_a_city_that_stopped_twice_is_one_city() -> None:
    assert read([failed("a"), failed("b"), failed("b", solution="again")]) == {}


@pytest.mark.parametrize(
    "third",
    [
        failed("c", state="withdrawn"),
        failed("c", state="draft"),
        failed("c", embargoed=True),
        failed("c", cause="budget"),
        failed("c", cause=None),
        failed("c", outcome="partial"),
        failed("c", outcome="succeeded"),
    ],
    ids=["withdrawn", "draft", "embargoed", "another cause", "no cause", "partly succeeded", "succeeded"],
)
def test_what_may_not_be_seen_or_is_no_such_failure_is_in_no_circle(third: Failure) -> None:
    assert set(of([failed("a"), failed("b"), third]).members) == {"a", "b"}
    assert read([failed("a"), failed("b"), third]) == {}


def test_a_stopped_attempt_counts_like_a_failed_one() -> None:
    assert of([failed("a"), failed("b"), failed("c", outcome="abandoned")]).open


def test_a_member_reads_what_the_others_tried_and_learned_but_not_who_they_are() -> None:
    others = [failed("b", first_warning_sign="Empty docks", contact="ada@b.example.org"), failed("c")]
    event = read([failed("a"), *others])["a"]
    assert (event.cause, event.cities, event.own.title) == (Cause.CITIZENS, 3, "Tried in a")
    assert [lesson.city for lesson in event.others] == ["b", "c"]
    assert event.others[0].first_warning_sign == "Empty docks"
    assert "example.org" not in json.dumps(event.model_dump(mode="json"))


def test_who_tried_something_on_the_same_theme_comes_first_then_who_says_most() -> None:
    telling = failed("c", topic=BINS, first_warning_sign="Empty docks", decision_to_change="Ask first")
    event = read([failed("a"), failed("b", topic=BINS), telling, failed("d", topic=BUSES)])["a"]
    assert [lesson.city for lesson in event.others] == ["d", "c", "b"]


def test_a_letter_stays_on_a_page_and_says_how_many_there_are() -> None:
    event = read([failed(f"city-{number:02}") for number in range(12)])["city-00"]
    assert (len(event.others), event.cities) == (MOST_SHOWN, 12)


SEVERAL = [
    failed("a"),
    failed("a", solution="again", first_warning_sign="Empty docks"),
    failed("b", topic=BINS),
    failed("c", outcome="abandoned"),
    failed("d", embargoed=True),
    failed("e", cause="budget"),
    failed("f", topic=BUSES),
]


@given(st.permutations(SEVERAL))
def test_any_order_of_messages_ends_in_the_same_circle_and_tells_the_same_cities_once(
    order: list[Failure],
) -> None:
    told: list[str] = []
    for heard in range(len(order) + 1):
        new = opened(of(order[:heard]), {})
        told += [event.identity for event in new if event.identity not in told]
    assert sorted(told) == [f"citizens|{city}" for city in "abcf"]
    assert of(order) == of(SEVERAL)
    assert [event.model_dump() for event in opened(of(order), {})] == [
        event.model_dump() for event in opened(of(SEVERAL), {})
    ]
