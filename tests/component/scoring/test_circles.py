"""Failure circles on a real store: each member is told once, whatever comes in which order."""

from itertools import permutations

import pytest

from services.scoring.application.circles import circle_of
from services.scoring.application.context import ScoringContext
from shared.events import CircleOpened, Event, OutcomeRecorded, SolutionRecorded
from shared.facts import Cause
from tests.builders import (
    NOW,
    a_city,
    a_failure,
    a_solution,
    an_implementation,
    city_recorded,
    outcome_recorded,
    solution_recorded,
)
from tests.component.scoring.context import hear, of

LATER = NOW.date().replace(year=2030)


def solution(city: str, **changes: object) -> SolutionRecorded:
    return solution_recorded(solution=a_solution(id=f"{city}/1", city=city), **changes)


def outcome(city: str, **changes: object) -> OutcomeRecorded:
    tried = an_implementation(solution=f"{city}/1", city=city, outcome="failed", failure=a_failure())
    return outcome_recorded(implementation=tried, **changes)


def both(*cities: str) -> list[Event]:
    return [event for city in cities for event in (solution(city), outcome(city))]


def told(said: list[Event]) -> list[str]:
    return sorted(event.city for event in of(CircleOpened, said))


async def members(room: ScoringContext) -> set[str]:
    return set((await circle_of(room, Cause.CITIZENS)).members)


@pytest.mark.parametrize("order", [*permutations("abc")])
async def test_the_third_city_opens_the_circle_to_all_three(
    room: ScoringContext, order: tuple[str, ...]
) -> None:
    assert told(await hear(room, *both(*order[:2]))) == []
    assert told(await hear(room, *both(order[2]))) == ["a", "b", "c"]


async def test_an_outcome_that_comes_before_its_solution_counts_when_that_comes(room: ScoringContext) -> None:
    await hear(room, *both("a", "b"), outcome("c"))
    assert told(await hear(room, solution("c"))) == ["a", "b", "c"]


async def test_a_fourth_city_is_told_and_nobody_is_told_again(room: ScoringContext) -> None:
    await hear(room, *both("a", "b", "c"))
    assert told(await hear(room, *both("d"))) == ["d"]
    assert told(await hear(room, *both("d", "c", "a"))) == ["a", "b", "c", "d"], (
        "who claimed it says it again"
    )
    assert told(await hear(room, solution("a", revision=2))) == []


async def test_a_message_heard_again_says_the_same_in_the_same_words(room: ScoringContext) -> None:
    await hear(room, *both("a", "b"), solution("c"))
    first = of(CircleOpened, await hear(room, outcome("c")))
    await hear(room, *both("d"))
    assert of(CircleOpened, await hear(room, outcome("c"))) == first


async def test_names_are_those_the_cities_gave_themselves(room: ScoringContext) -> None:
    said = await hear(room, city_recorded(city=a_city(id="a", name="Ålesund")), *both("a", "b", "c"))
    names = {event.city: event.city_name for event in of(CircleOpened, said)}
    assert names == {"a": "Ålesund", "b": "b", "c": "c"}


async def test_who_withdraws_leaves_and_the_others_stay(room: ScoringContext) -> None:
    await hear(room, *both("a", "b", "c", "d"), outcome("d", state="withdrawn", revision=2))
    assert await members(room) == {"a", "b", "c"}


async def test_an_embargo_keeps_a_city_out_until_it_ends(room: ScoringContext) -> None:
    hidden = solution("c", embargo_until=LATER)
    assert told(await hear(room, *both("a", "b"), hidden, outcome("c"))) == []
    assert await members(room) == {"a", "b"}
    assert told(await hear(room, solution("c", revision=2))) == ["a", "b", "c"]
