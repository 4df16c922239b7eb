"""What is kept no longer is removed: by the store, by the rounds, and from databases that were there."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.adapters.mongo import retention as notifications
from services.notifications.app import prepare_store
from services.notifications.settings import Settings as Notifications
from services.submissions.adapters.mongo import retention as submissions
from services.submissions.settings import Settings as Submissions
from shared.messaging.broker import open_broker
from shared.messaging.dead_letters import list_dead_letters
from shared.messaging.topology import DEAD
from shared.settings import ServiceSettings
from shared.store import retention
from shared.store.mongo import ASCENDING, Database, IndexModel
from shared.store.retention import A_DAY
from tests.broker import Outsider, a_message
from tests.component.letters import a_context, a_letter

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


async def expires_after(database: Database, collection: str) -> dict[str, int]:
    """The days after which the store removes, by index."""
    known = await database[collection].index_information()
    return {
        name: about["expireAfterSeconds"] // A_DAY
        for name, about in known.items()
        if "expireAfterSeconds" in about
    }


async def test_a_database_that_was_there_gets_the_new_days_at_the_next_start(database: Database) -> None:
    await database.ensure_indexes("messages", [IndexModel([("received", ASCENDING)], name="received")])
    for days in (730, 30, 30):
        await retention.prepare(database, submissions.KEPT, Submissions(messages_days=days))
        assert await expires_after(database, "messages") == {"received_expires": days}
    for service, settings in ((submissions, Submissions()), (notifications, Notifications())):
        await retention.prepare(database, service.KEPT, settings)
    assert await expires_after(database, "considered") == {"at_expires": 400}


async def test_the_bytes_of_a_letter_end_before_its_state_and_what_is_open_stays(database: Database) -> None:
    settings = Notifications(smtp_port=1)
    async with a_context(settings, database) as context:
        ages = {"open": 900, "old": 800, "sent": 100, "new": 1}
        for name, days in ages.items():
            letter = a_letter(name)
            await context.delivery.entrust(letter)
            state = "held" if name == "open" else "accepted"
            await database["letters"].update_one(
                {"_id": letter.id}, {"$set": {"state": state, "claimed": ago(days)}}
            )
        gone = await retention.expire(database, notifications.KEPT, settings, NOW)
        assert gone == {"letters": 3}, "two bytes and one letter"
        left = {one["official"]: "raw" in one for one in await database["letters"].find({}).to_list(None)}
        assert left == {"open": True, "sent": False, "new": True}
        await context.delivery.claim(a_letter("sent"))
        assert (await context.store.letters.counts()) == {"held": 1, "accepted": 2}, (
            "a letter without bytes is not written anew"
        )


async def test_a_decided_message_and_a_refused_comment_end_before_one_that_waits(database: Database) -> None:
    for name, state, days in (
        ("waits", "waiting", 100),
        ("decided", "shown", 100),
        ("just", "refused", 1),
    ):
        await database["held"].insert_one({"_id": name, "state": state, "received": ago(days)})
    for name, state, days in (
        ("shown", "shown", 5000),
        ("refused", "refused", 100),
        ("waits", "waiting", 100),
        ("never", "waiting", 200),
    ):
        await database["comments"].insert_one({"_id": name, "state": state, "said": ago(days)})
    await retention.expire(database, submissions.KEPT, Submissions(), NOW)
    assert {one["_id"] for one in await database["held"].find({}).to_list(None)} == {"waits", "just"}
    assert {one["_id"] for one in await database["comments"].find({}).to_list(None)} == {"shown", "waits"}


async def test_how_an_address_bounced_is_forgotten_and_that_it_is_left_alone_is_not(
    database: Database,
) -> None:
    for name, stopped, days in (("old", None, 500), ("new", None, 5), ("stopped", "complaint", 5000)):
        await database["standings"].insert_one(
            {"_id": name, "stopped": stopped, "last": ago(days).date().isoformat()}
        )
    await retention.expire(database, notifications.KEPT, Notifications(), NOW)
    assert {one["_id"] for one in await database["standings"].find({}).to_list(None)} == {"new", "stopped"}


async def test_cards_that_have_no_date_are_kept_from_today_on(database: Database) -> None:
    await database["cards"].insert_one({"_id": "old|1"})
    await prepare_store(database)
    kept = await database["cards"].find_one({"_id": "old|1"})
    assert kept is not None
    assert datetime.now(UTC) - kept["at"] < timedelta(minutes=1)


async def test_dead_letters_end_too(amqp_url: str, outsider: Outsider) -> None:
    bus = open_broker("scoring", ServiceSettings(amqp_url=amqp_url, dead_letters_days=90), ())
    for days in (1, 100):
        died = {"x-died": ago(days).isoformat(timespec="seconds"), "x-place": "scoring.need-recorded"}
        await outsider.publish(DEAD, "scoring", a_message(b"{}", died))
    assert await retention.expire_dead_letters(bus, NOW) == 1
    assert [one.died[:10] for one in await list_dead_letters(amqp_url)] == [ago(1).date().isoformat()]


@pytest.mark.parametrize("days", [0, -1])
def test_a_retention_of_no_days_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="greater than or equal"):
        Submissions(messages_days=days)
