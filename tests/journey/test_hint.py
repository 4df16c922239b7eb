"""A contract that came to its end asks its city how it went: once, by letter, and says what it knows."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from citiesshare.local.sample_messages import SAMPLE, SOURCE, bare_release
from citiesshare.local.stack import Stack
from services.notifications.adapters.officials_file import import_into
from services.submissions.adapters.input_publisher import AmqpInputPublisher
from services.submissions.adapters.mongo.records import MongoRecords
from services.submissions.application import scheduler
from services.submissions.application.outgoing_message import OutgoingMessage
from shared import events
from shared.messaging.broker import open_broker
from shared.settings import ServiceSettings
from shared.store.mongo import open_database
from tests.builders import a_city, an_official
from tests.chaos.sample_world import World
from tests.journey.letters import tell
from tests.journey.test_letters import mail_to
from tests.journey.test_warnings import say

HEERLEN = "2754652"
TODAY = datetime.now(UTC).date()
LEAD = an_official(id="heerlen-lead", email="lead@heerlen.example.org", city=HEERLEN, quiet=None)


def terminated(days_ago: int) -> OutgoingMessage:
    """A release of a process of its own whose contract was terminated, with its planned end some days ago."""
    release = json.loads((SAMPLE / "releases/05-contract-terminated-heerlen-bins.json").read_bytes())
    ended = TODAY - timedelta(days=days_ago)
    release["ocid"] = f"ocds-c17155-{uuid4().hex}"
    release["contracts"][0]["period"]["endDate"] = f"{ended.isoformat()}T00:00:00Z"
    return bare_release(json.dumps(release).encode(), SOURCE, release["ocid"])


async def clock_strikes(stack: Stack, process: str) -> int:
    """Let the clock look, as every quarter of an hour; how many questions it puts about ``process``."""
    settings = ServiceSettings(amqp_url=stack.ports.amqp_url, mongo_url=stack.ports.mongo_url)
    database, bus = open_database(settings, "submissions"), open_broker("submissions", settings, ())
    await bus.broker.connect()
    due = await MongoRecords(database).due(TODAY)
    found = [record for record, what in due if what == "check_in" and process in record.draft.key]
    for record in found:
        await scheduler.publish_due(AmqpInputPublisher(bus), record, "check_in", TODAY)
    await bus.broker.stop()
    await database.close()
    return len(found)


async def test_a_contract_that_ended_asks_its_city_once(stack: Stack) -> None:
    await import_into(stack.ports.mongo_url, [LEAD])
    release, old = terminated(days_ago=30), terminated(days_ago=500)
    await tell(stack, [say(events.CityDescribed, a_city(id=HEERLEN, name="Heerlen")), release, old])
    ocid = release.id
    assert await clock_strikes(stack, old.id) == 0, "an archive asks nobody"
    assert await clock_strikes(stack, ocid) == 1
    await tell(stack, [])
    world = World((), (LEAD,), (), frozenset())
    (letter,) = await mail_to(stack, world, "outcome_checkin")
    assert "Proef kaartlezers" in letter["Subject"]
    assert await clock_strikes(stack, ocid) == 0, "asked once"
    await tell(stack, [release])
    assert await clock_strikes(stack, ocid) == 0
    assert len(await mail_to(stack, world, "outcome_checkin")) == 1
