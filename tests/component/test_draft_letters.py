"""Letters about drafts: collected until the reader's hour, once a draft, never about what was decided."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from services.notifications.application.context import NotificationContext
from services.notifications.domain.letters.drafts import DraftsLetter
from services.notifications.domain.letters.registry import read_letter
from services.notifications.domain.officials import Official, QuietHours
from services.notifications.settings import Settings
from shared.events import SolutionRecorded
from shared.store.mongo import Database
from tests.builders import (
    KRAKOW,
    a_need,
    a_solution,
    an_implementation,
    an_official,
    need_recorded,
    outcome_recorded,
    solution_recorded,
)
from tests.component.letters import a_context, letter_document, letters_to, save_officials

pytestmark = pytest.mark.component
NIGHT = datetime(2026, 11, 20, 3, tzinfo=UTC)
MORNING, NEXT_MORNING = NIGHT + timedelta(hours=6), NIGHT + timedelta(hours=30)
LEAD = an_official(quiet=None, cadence="daily")


def a_draft(name: str = "a", **changes: Any) -> SolutionRecorded:  # noqa: ANN401 - the builders' way
    fact = a_solution(id=name, city=KRAKOW, title=f"Title {name}", origin="procurement")
    return solution_recorded(solution=fact, **{"state": "draft", **changes})


async def heard(context: NotificationContext, event: SolutionRecorded, at: datetime = NIGHT) -> None:
    await context.store.records.save_solution(event)
    await context.draft_letters.note(event, at)


async def lines(context: NotificationContext, official: Official = LEAD) -> list[list[str]]:
    """The keys in each letter about drafts to an official."""
    letters = [read_letter(document["letter"]) for document in await letters_to(context.store, official.id)]
    return sorted(
        sorted(line.key for line in one.everything()) for one in letters if isinstance(one, DraftsLetter)
    )


async def test_drafts_wait_for_the_readers_hour_and_are_told_together_and_once(database: Database) -> None:
    async with a_context(Settings(), database) as context:
        await save_officials(context.store, [LEAD])
        await heard(context, a_draft("a"))
        await heard(context, a_draft("b"))
        need = need_recorded(need=a_need(id="n", ocid="ocds-1"), state="draft")
        await context.store.records.save_need(need)
        await context.draft_letters.note(need, NIGHT)
        assert await context.draft_letters.run(NIGHT) == 0, "the hour has not come"
        assert [await context.draft_letters.run(MORNING) for _ in range(2)] == [1, 0]
        assert await lines(context) == [["need|n", "solution|a", "solution|b"]]
        await heard(context, a_draft("a", revision=2), MORNING)
        await heard(context, a_draft("c"), MORNING)
        assert await context.draft_letters.run(MORNING) == 0, "one letter a day"
        assert await context.draft_letters.run(NEXT_MORNING) == 1
        assert await lines(context) == [["need|n", "solution|a", "solution|b"], ["solution|c"]]
        assert await context.store.draft_notices.cities() == []


async def test_a_later_attempt_at_a_confirmed_purchase_is_told_with_its_title(database: Database) -> None:
    async with a_context(Settings(), database) as context:
        await save_officials(context.store, [LEAD])
        await context.store.records.save_solution(a_draft("a", state="published"))
        ended = an_implementation(solution="a", city=KRAKOW, verification="procurement_record")
        event = outcome_recorded(implementation=ended, state="draft")
        await context.store.records.save_attempt(event)
        await context.draft_letters.note(event, NIGHT)
        await context.draft_letters.run(MORNING)
        (document,) = await letters_to(context.store, LEAD.id)
        assert document["letter"]["lines"][0]["title"]["text"] == "Title a"


@pytest.mark.parametrize(
    "event",
    [
        a_draft(state="published"),
        a_draft(state="withdrawn"),
        solution_recorded(solution=a_solution(city=KRAKOW), state="draft"),
    ],
    ids=["published", "withdrawn", "not from procurement data"],
)
async def test_what_is_no_draft_from_procurement_is_not_told(
    database: Database, event: SolutionRecorded
) -> None:
    async with a_context(Settings(), database) as context:
        await save_officials(context.store, [LEAD])
        await heard(context, event)
        assert await context.draft_letters.run(MORNING) == 0


@pytest.mark.parametrize("state", ["published", "withdrawn"])
async def test_what_is_decided_before_the_letter_is_written_is_not_in_it(
    database: Database, state: str
) -> None:
    async with a_context(Settings(), database) as context:
        await save_officials(context.store, [LEAD])
        await heard(context, a_draft("a"))
        await heard(context, a_draft("b"))
        await context.store.records.save_solution(a_draft("a", state=state, revision=2))
        await context.draft_letters.run(MORNING)
        assert await lines(context) == [["solution|b"]]


async def test_what_is_decided_while_the_letter_waits_is_taken_out_of_it(database: Database) -> None:
    async with a_context(Settings(), database) as context:
        await save_officials(context.store, [LEAD])
        await heard(context, a_draft("a"))
        await heard(context, a_draft("b"))
        await context.draft_letters.run(MORNING)
        (document,) = await letters_to(context.store, LEAD.id)
        letter = read_letter(document["letter"])
        await context.store.records.save_solution(a_draft("a", state="published", revision=2))
        decision = await context.delivery.decide(letter, MORNING)
        assert isinstance(decision.instead, DraftsLetter)
        assert [line.key for line in decision.instead.everything()] == ["solution|b"]
        await context.store.records.save_solution(a_draft("b", state="withdrawn", revision=2))
        assert (await context.delivery.decide(letter, MORNING)).skip == "withdrawn"


@pytest.mark.parametrize(
    ("reader", "told"),
    [
        ({"cadence": "instant"}, True),
        ({"cadence": "weekly", "weekday": 5}, True),
        ({"cadence": "weekly", "weekday": 6}, False),
        ({"cadence": "off"}, False),
        ({"kinds_off": ["drafts"]}, False),
        ({"status": "pending"}, False),
        ({"pause_until": "2027-01-01"}, False),
        ({"role": "member"}, False),
        ({"quiet": QuietHours(start=time(0), end=time(23, 59)).model_dump()}, False),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else None,
)
async def test_only_who_may_get_letters_now_is_told(
    database: Database, reader: dict[str, Any], told: bool
) -> None:
    async with a_context(Settings(), database) as context:
        official = Official.model_validate(LEAD.model_dump() | reader)
        await save_officials(context.store, [official])
        await heard(context, a_draft())
        assert await context.draft_letters.run(MORNING) == int(told)


async def test_who_comes_later_is_told_of_what_nobody_was_told(database: Database) -> None:
    async with a_context(Settings(), database) as context:
        await heard(context, a_draft())
        assert await context.draft_letters.run(MORNING) == 0
        await save_officials(context.store, [LEAD])
        assert await context.draft_letters.run(NEXT_MORNING) == 1


async def test_a_draft_of_more_than_a_month_is_no_news(database: Database) -> None:
    async with a_context(Settings(), database) as context:
        await heard(context, a_draft())
        await save_officials(context.store, [LEAD])
        assert await context.draft_letters.run(NIGHT + timedelta(days=31)) == 0
        assert await context.store.draft_notices.cities() == []


async def test_a_crash_after_the_letter_was_entrusted_doubles_nothing(database: Database) -> None:
    async with a_context(Settings(), database) as context:
        await save_officials(context.store, [LEAD])
        await heard(context, a_draft())
        await context.draft_letters.run(MORNING)
        again = {"$set": {"waits": True, "told": []}}
        await database["draft_notices"].update_many({}, again)
        await context.draft_letters.run(MORNING)
        (letter,) = await letters_to(context.store, LEAD.id)
        assert (await letter_document(context.store, letter["_id"]))["kind"] == "drafts"
        assert await context.store.draft_notices.cities() == []
