"""Letters outlive a clock that was set wrong: none waits for a far day, and none is given up at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifications.domain.retry_policy import RetryPolicy
from shared.store.mongo import Database
from tests.component.letters import letter_document
from tests.component.relays import Behaviour, relay
from tests.component.test_notification_scheduler import LETTER, fate, service

AHEAD = [timedelta(minutes=5), timedelta(days=1), timedelta(days=400)]


def patience() -> RetryPolicy:
    return RetryPolicy(lease=timedelta(seconds=60), first=timedelta(minutes=1))


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
async def test_a_letter_held_by_a_clock_that_was_ahead_goes_as_soon_as_it_is_right(
    database: Database, ahead: timedelta
) -> None:
    behaviour = Behaviour()
    async with relay(behaviour) as port, service(database, port) as (context, rounds, _):
        wrong = datetime.now(UTC) + ahead
        await context.store.letters.claim(LETTER, b"bytes", wrong)
        await context.store.letters.hold(LETTER.id, wrong + timedelta(hours=12), wrong)
        await rounds.letters(datetime.now(UTC))
        assert ((await fate(context))[0], len(behaviour.taken)) == ("accepted", 1)


async def test_a_letter_entrusted_or_put_off_by_a_clock_that_was_ahead_goes_too(database: Database) -> None:
    behaviour = Behaviour(data="451 4.7.1 later")
    async with relay(behaviour) as port, service(database, port) as (context, rounds, _):
        await context.store.letters.claim(
            LETTER, b"bytes", datetime.now(UTC) + timedelta(days=400), later=True
        )
        context.delivery.retry_policy = patience()
        await rounds.letters(datetime.now(UTC))
        before = await database["letters"].find_one({"_id": LETTER.id})
        assert before is not None
        ahead = {name: before[name] + timedelta(days=1) for name in ("held", "not_before")}
        await database["letters"].update_one(
            {"_id": LETTER.id}, {"$set": {**ahead, "put_off.since": ahead["held"]}}
        )
        behaviour.data = "250 kept"
        await rounds.letters(datetime.now(UTC))
        assert ((await fate(context))[0], behaviour.tries) == ("accepted", 2)


async def test_a_letter_held_by_a_right_clock_waits_for_its_time(database: Database) -> None:
    async with relay(Behaviour()) as port, service(database, port) as (context, rounds, _):
        now = datetime.now(UTC)
        await context.store.letters.claim(LETTER, b"bytes", now)
        await context.store.letters.hold(LETTER.id, now + timedelta(minutes=1), now)
        await rounds.letters(datetime.now(UTC))
        assert (await fate(context))[0] == "held"


@pytest.mark.parametrize(
    ("ends", "state"),
    [
        (timedelta(seconds=-1), "unknown"),
        (timedelta(seconds=30), "handing"),
        (timedelta(seconds=110), "handing"),
        (timedelta(minutes=5), "unknown"),
        (timedelta(days=400), "unknown"),
    ],
    ids=["run out", "running", "of a replica a little ahead", "of a clock ahead", "of a clock far ahead"],
)
async def test_a_lease_ends_by_the_clock_of_who_asks(database: Database, ends: timedelta, state: str) -> None:
    async with relay(Behaviour()) as port, service(database, port) as (context, rounds, _):
        now = datetime.now(UTC)
        await context.store.letters.claim(LETTER, b"bytes", now)
        await context.store.letters.begin_handing(LETTER.id, now + ends)
        await rounds.letters(now)
        assert (await fate(context))[0] == state


@pytest.mark.parametrize(
    ("since", "tries", "state"),
    [
        (timedelta(days=-400), 3, "held"),
        (timedelta(days=400), 3, "held"),
        (timedelta(days=-6), 800, "rejected"),
        (timedelta(days=-4), 800, "held"),
    ],
    ids=["by a clock behind", "by a clock ahead", "for days", "not long enough"],
)
async def test_a_letter_is_given_up_after_days_and_many_tries_only(
    database: Database, since: timedelta, tries: int, state: str
) -> None:
    behaviour = Behaviour(data="451 4.7.1 later")
    async with relay(behaviour) as port, service(database, port) as (context, rounds, _):
        context.delivery.retry_policy = patience()
        await context.delivery.entrust(LETTER)
        put_off: dict[str, Any] = {"since": datetime.now(UTC) + since, "tries": tries}
        await database["letters"].update_one({"_id": LETTER.id}, {"$set": {"put_off": put_off}})
        await rounds.letters(datetime.now(UTC))
        assert (await fate(context))[0] == state
        standing = await letter_document(context.store, LETTER.id)
        assert standing["put_off"]["since"] <= datetime.now(UTC)
