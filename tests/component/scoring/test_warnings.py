"""Warnings, introductions and watches on a real store: once each, whichever fact comes last."""

from itertools import permutations

import pytest

from services.scoring.application.context import Causation, ScoringContext
from services.scoring.application.warnings import answer_watches
from services.scoring.domain.alerts import Condition, Watch
from shared import events
from shared.events import PartnersFound, WarningRaised, WatchFired
from tests.builders import (
    KRAKOW,
    NOW,
    YORK,
    a_need,
    a_solution,
    need_recorded,
    solution_recorded,
)
from tests.component.scoring.context import CITIES, FAILED, hear, of

OCID = "ocds-abc123-1"
SOLUTION = solution_recorded(solution=a_solution())
PLAN = need_recorded(need=a_need(stage="early"))
TENDER = need_recorded(need=a_need(id="urn:ocid:ocds-abc123-1", stage="open", ocid=OCID), state="draft")


@pytest.mark.parametrize("order", [*permutations((SOLUTION, FAILED, PLAN))])
async def test_a_plan_that_resembles_a_failure_is_warned_of_once_in_any_order(
    room: ScoringContext, order: tuple[events.Event, ...]
) -> None:
    said = await hear(room, *CITIES, *order)
    (warning,) = of(WarningRaised, said)
    assert (warning.city, warning.failed_in.city, warning.cause) == (KRAKOW, YORK, "citizens")


async def test_a_tender_read_from_procurement_is_warned_of_before_its_city_confirms_it(
    room: ScoringContext,
) -> None:
    said = await hear(room, *CITIES, SOLUTION, FAILED, TENDER)
    assert [warning.need.ocid for warning in of(WarningRaised, said)] == [OCID]


async def test_the_same_message_heard_again_warns_again_with_the_same_words(room: ScoringContext) -> None:
    first = of(WarningRaised, await hear(room, *CITIES, SOLUTION, FAILED, PLAN))
    again = of(WarningRaised, await hear(room, PLAN))
    assert again == first
    assert of(WarningRaised, await hear(room, FAILED)) == []


async def test_a_warning_kept_but_never_said_is_said_when_the_message_comes_back_whatever_changed(
    room: ScoringContext,
) -> None:
    await hear(room, *CITIES, SOLUTION, FAILED)
    lost = of(WarningRaised, await hear(room, PLAN))
    await hear(room, solution_recorded(solution=a_solution(topics=[]), revision=2))
    assert of(WarningRaised, await hear(room, PLAN)) == lost


async def test_native_need_and_tender_of_one_process_give_one_warning_and_one_alert(
    room: ScoringContext,
) -> None:
    native = need_recorded(need=a_need(id="need-native", stage="open", ocid=OCID))
    said = await hear(room, *CITIES, SOLUTION, FAILED, TENDER, native)
    assert len(of(WarningRaised, said)) == 1
    alerts = [match.need for event in of(events.SolutionMatched, said) for match in event.matches]
    assert len(alerts) == 1


@pytest.mark.parametrize("first", ["native", "read"])
async def test_the_citys_own_words_are_the_ones_that_stand(room: ScoringContext, first: str) -> None:
    native = need_recorded(need=a_need(id="need-native", stage="open", ocid=OCID))
    await hear(room, *CITIES, *((native, TENDER) if first == "native" else (TENDER, native)))
    said = await hear(room, SOLUTION)
    assert [match.need for event in of(events.SolutionMatched, said) for match in event.matches] == [
        "need-native"
    ]


async def test_nothing_is_said_after_the_award(room: ScoringContext) -> None:
    decided = need_recorded(need=a_need(stage="decided"))
    said = await hear(room, *CITIES, SOLUTION, FAILED, decided)
    assert of(WarningRaised, said) == []
    other = need_recorded(need=a_need(id="need-2", city=YORK, stage="open"))
    assert of(PartnersFound, await hear(room, other)) == []


async def test_two_open_needs_introduce_two_cities_once(room: ScoringContext) -> None:
    other = need_recorded(need=a_need(id="need-2", city=YORK, stage="open"))
    said = await hear(room, *CITIES, PLAN, other)
    (pair,) = of(PartnersFound, said)
    assert {pair.first.city, pair.second.city} == {KRAKOW, YORK}
    assert of(PartnersFound, await hear(room, PLAN)) == []
    assert of(PartnersFound, await hear(room, other)) == [pair]


async def test_a_watch_fires_once_when_its_condition_comes_true(room: ScoringContext) -> None:
    await hear(room, *CITIES, SOLUTION)
    assert await room.store.watches.keep(Watch(KRAKOW, "sol-1", Condition.FAILED_SOMEWHERE))
    assert of(WatchFired, await hear(room, SOLUTION)) == []
    (fired,) = of(WatchFired, await hear(room, FAILED))
    assert (fired.city, fired.condition) == (KRAKOW, "failed_somewhere")
    dossier = await room.store.dossier("sol-1")
    assert dossier is not None
    assert await answer_watches(room, dossier, Causation("another")) == []


async def test_no_city_is_warned_of_a_solution_under_embargo(room: ScoringContext) -> None:
    hidden = solution_recorded(solution=a_solution(), embargo_until=NOW.date().replace(year=2030))
    assert of(WarningRaised, await hear(room, *CITIES, hidden, FAILED, PLAN)) == []
