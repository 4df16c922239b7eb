"""Those who took something over hear what becomes of it: once for each thing that happens."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from services.notifications.adapters.mongo.known_records import MongoKnownRecords
from services.notifications.application.context import NotificationContext
from services.notifications.application.solution_history import SolutionHistories
from services.notifications.domain.letters.lineage import LineageLetter
from services.notifications.domain.letters.registry import read_letter
from services.notifications.settings import Settings
from shared.events import AdoptionRecorded, OutcomeRecorded, SolutionRecorded
from shared.store.mongo import Database
from tests.builders import (
    KRAKOW,
    TAMPERE,
    YORK,
    a_failure,
    a_solution,
    adoption_recorded,
    an_adoption,
    an_implementation,
    an_official,
    outcome_recorded,
    solution_recorded,
)
from tests.component.letters import a_context, letter_document, letters_to, save_officials

PEOPLE = [
    an_official(id=f"lead-{city}", email=f"lead-{city}@example.org", city=city, quiet=None)
    for city in (TAMPERE, KRAKOW, YORK)
]


@pytest.fixture
async def empty(database: Database) -> AsyncIterator[NotificationContext]:
    async with a_context(Settings(), database) as one:
        await save_officials(one.store, PEOPLE)
        yield one


@pytest.fixture
async def context(empty: NotificationContext) -> NotificationContext:
    """The context in which Tampere shares something that Kraków took over."""
    await hear(empty, solution_recorded())
    await hear(empty, adoption_recorded())
    return empty


async def hear(
    context: NotificationContext, event: SolutionRecorded | OutcomeRecorded | AdoptionRecorded
) -> None:
    """As the handlers do."""
    if isinstance(event, SolutionRecorded):
        await context.follower_updates.save_solution(event)
    elif isinstance(event, OutcomeRecorded):
        await context.follower_updates.save_attempt(event)
    else:
        await context.follower_updates.save_adoption(event)


async def letters(context: NotificationContext) -> list[LineageLetter]:
    """All that were written since the context was set up."""
    return [one for one in await all_letters(context) if one.adoption != f"adoption|sol-2|{KRAKOW}"]


async def all_letters(context: NotificationContext) -> list[LineageLetter]:
    found: list[dict[str, Any]] = []
    for official in PEOPLE:
        for one in await letters_to(context.store, official.id):
            standing = await letter_document(context.store, one["_id"])
            assert standing is not None
            found.append(standing["letter"])
    read = [read_letter(one) for one in found]
    return [one for one in read if isinstance(one, LineageLetter)]


async def told(context: NotificationContext) -> set[tuple[str, str]]:
    return {(one.city, one.news) for one in await letters(context)}


async def test_who_took_it_over_hears_once_of_a_new_version(context: NotificationContext) -> None:
    """S1."""
    newer = solution_recorded(revision=2, solution=a_solution(first_step="Count the vans"))
    await context.follower_updates.save_solution(newer)
    await hear(context, newer)
    await hear(context, newer)
    (letter,) = await letters(context)
    assert (letter.city, letter.news) == (KRAKOW, "updated")
    assert [one.part for one in letter.changed] == ["first_step"]


async def test_a_better_title_and_an_older_revision_are_no_news(context: NotificationContext) -> None:
    await hear(context, solution_recorded(revision=2, solution=a_solution(title="Quiet nights")))
    await hear(context, solution_recorded(revision=1, solution=a_solution(first_step="Late")))
    assert await letters(context) == []


async def test_what_is_under_embargo_is_not_told_of(context: NotificationContext) -> None:
    ahead = solution_recorded(
        revision=2, solution=a_solution(first_step="Count the vans"), embargo_until="2999-01-01"
    )
    await hear(context, ahead)
    assert await letters(context) == []


async def test_a_withdrawal_is_told_although_what_it_is_about_is_hidden(context: NotificationContext) -> None:
    await hear(context, solution_recorded(revision=2, state="withdrawn"))
    (letter,) = await letters(context)
    assert (letter.city, letter.news) == (KRAKOW, "withdrawn")
    look = await context.delivery.decide(letter, letter.written)
    assert look.skip is None


async def test_a_failure_elsewhere_is_told_to_its_source_and_to_those_who_have_it(
    context: NotificationContext,
) -> None:
    failure = an_implementation(city=YORK, outcome="failed", failure=a_failure())
    await hear(context, outcome_recorded(implementation=failure))
    await hear(context, outcome_recorded(revision=2, implementation=failure))
    assert await told(context) == {(TAMPERE, "shared_failed"), (KRAKOW, "failed")}
    assert len(await letters(context)) == 2, "a later word on the same failure is not another letter"
    await hear(context, outcome_recorded(implementation=an_implementation(city=YORK, outcome="running")))
    assert len(await letters(context)) == 2


@pytest.mark.parametrize(
    ("changed", "hear_of_it"),
    [
        (("The van",), {(TAMPERE, "shared_version"), (KRAKOW, "version")}),
        ((), {(TAMPERE, "shared_version")}),
    ],
)
async def test_an_improved_version_is_told_to_all_who_have_it_and_a_copy_to_its_source_alone(
    changed: tuple[str, ...], hear_of_it: set[tuple[str, str]], context: NotificationContext
) -> None:
    version = an_adoption(solution="york/1", city=YORK, kept=("The hub", "The rule"), changed=changed)
    await hear(context, adoption_recorded(adoption=version))
    assert await told(context) == hear_of_it
    assert {one.kept for one in await letters(context)} == {66.0 if changed else 100.0}


async def test_an_adoption_that_is_only_a_draft_is_told_to_nobody(context: NotificationContext) -> None:
    await hear(context, adoption_recorded(state="draft", adoption=an_adoption(solution="york/1", city=YORK)))
    assert await letters(context) == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_in_whatever_order_it_is_heard_the_same_is_told(
    order: Sequence[int], empty: NotificationContext
) -> None:
    """The solution, who took it over and where it failed come on queues of their own."""
    failure = an_implementation(city=YORK, outcome="failed", failure=a_failure())
    events = solution_recorded(), adoption_recorded(), outcome_recorded(implementation=failure)
    for turn in (*order, *order):
        await hear(empty, events[turn])
    wanted = {(TAMPERE, "shared_version"), (TAMPERE, "shared_failed"), (KRAKOW, "failed")}
    written = [(one.city, one.news) for one in await all_letters(empty)]
    assert sorted(written) == sorted(wanted)


async def test_who_took_it_over_after_it_failed_elsewhere_knew(context: NotificationContext) -> None:
    failure = an_implementation(city=YORK, outcome="failed", failure=a_failure())
    before = adoption_recorded().recorded - timedelta(days=1)
    await hear(context, outcome_recorded(implementation=failure, recorded=before))
    assert await told(context) == {(TAMPERE, "shared_failed")}


async def test_what_was_kept_before_its_time_was_is_no_news_and_stays_in_the_story(
    context: NotificationContext, database: Database
) -> None:
    failure = an_implementation(city=YORK, outcome="failed", failure=a_failure())
    await MongoKnownRecords(database).save_attempt(outcome_recorded(implementation=failure))
    await database["attempts"].update_many({}, {"$unset": {"recorded": ""}})
    await hear(context, adoption_recorded(revision=2))
    assert await letters(context) == []
    story = await SolutionHistories(context.store).find(a_solution().id, TAMPERE)
    assert [one.outcome for one in story.attempts] == ["failed"]
