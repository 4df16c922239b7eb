"""Who may say what, over HTTP and at the broker: closed doors, as in production."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from aiormq.exceptions import AMQPError, ChannelAccessRefused
from httpx import AsyncClient

from citiesshare.local.stack import Stack
from citiesshare.rabbitmq.permissions import publisher_rights
from services.submissions.adapters.amqp_sender import send
from services.submissions.adapters.mongo.publishers import MongoPublishers, new_api_key
from services.submissions.application.outgoing_message import OutgoingMessage
from services.submissions.domain.publishers import ApiKey, Publisher
from services.submissions.settings import Settings
from shared.events import NeedSubmitted, RecordDue
from shared.store.mongo import Database, open_database
from tests.broker import define, forget
from tests.builders import KRAKOW, NOW, YORK, a_need
from tests.component.intake import STRUCTURED, Event, at_the_door, event, fate, running, say

YORKS, NOBODYS = "york-account", "unregistered-account"
PASSWORD = "only-for-this-test"
SOURCE = "urn:york:needs"


@dataclass(frozen=True)
class Closed:
    """The service behind closed doors, at which York is registered with a key and an account."""

    http: AsyncClient
    accounts: MongoPublishers
    database: Database
    key: ApiKey


@pytest.fixture
async def closed(settings: Settings) -> AsyncIterator[Closed]:
    shut = settings.model_copy(update={"open_doors": False})
    database, key = open_database(shut, "submissions"), new_api_key()
    accounts = MongoPublishers(database)
    york = Publisher(
        id="york", name="York", cities=(YORK,), sources=("urn:york",), account=YORKS, per_minute=12
    )
    await accounts.keep(york)
    await accounts.add_key("york", key, NOW)
    async with running(shut) as app, at_the_door(app) as http:
        yield Closed(http, accounts, database, key)
    await database.close()


def a_york_need(**changes: object) -> Event:
    data = a_need(city=YORK).model_dump(mode="json")
    return {**event("need.submitted", data, source=SOURCE), **changes}


async def test_who_has_no_key_is_asked_for_one(closed: Closed) -> None:
    answer = await closed.http.post("/v1/events", json=a_york_need(), headers=STRUCTURED)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_publisher_speaks_under_its_own_sources_for_its_own_cities(closed: Closed) -> None:
    closed.http.headers["authorization"] = f"Bearer {closed.key}"
    for wrong in ({"source": "urn:other"}, {"data": a_need().model_dump(mode="json")}):
        answer = await closed.http.post("/v1/events", json=a_york_need(**wrong), headers=STRUCTURED)
        assert answer.status_code == 403, answer.text
    assert (await say(closed.http, a_york_need()))["fate"] == "recorded"


async def test_a_key_is_kept_as_its_hash_and_ends_when_it_is_revoked(closed: Closed) -> None:
    closed.http.headers["authorization"] = f"Bearer {closed.key}"
    kept = await closed.database["publishers"].find_one({"_id": "york"})
    assert kept is not None
    assert closed.key.id in str(kept)
    assert closed.key.secret not in str(kept)
    await closed.accounts.end_keys("york", NOW)
    answer = await closed.http.post("/v1/events", json=a_york_need(), headers=STRUCTURED)
    assert answer.status_code == 401


async def test_who_speaks_too_fast_is_told_when_to_come_back(closed: Closed) -> None:
    closed.http.headers["authorization"] = f"Bearer {closed.key}"
    answers = [
        await closed.http.post("/v1/events", json=a_york_need(), headers=STRUCTURED) for _ in range(20)
    ]
    assert {answer.status_code for answer in answers} == {202, 429}
    assert int(answers[-1].headers["retry-after"]) > 0


@asynccontextmanager
async def account(backing: Stack, amqp_url: str, name: str) -> AsyncIterator[str]:
    """The address at which a city's account ``name`` reaches the test's virtual host."""
    at = urlsplit(amqp_url)
    await define(backing, at.path.lstrip("/"), {name: publisher_rights("city")}, {name: PASSWORD})
    yield at._replace(netloc=f"{name}:{PASSWORD}@{at.hostname}:{at.port}").geturl()
    await forget(backing, [name])


def a_letter(city: str = YORK, source: str = SOURCE) -> OutgoingMessage:
    body = a_need(city=city).model_dump_json().encode()
    return OutgoingMessage(NeedSubmitted.key, uuid4().hex, source, NeedSubmitted.message_type(), body)


async def told(closed: Closed, url: str, letter: OutgoingMessage, source: str | None = None) -> Event:
    """What the sender of ``letter`` finds, where it asks for it under ``source``."""

    async def each() -> AsyncIterator[OutgoingMessage]:
        yield letter

    await send(url, each())
    return await fate(closed.http, {"source": source or letter.source, "id": letter.id})


async def test_at_the_broker_a_publisher_is_known_by_its_account(
    closed: Closed, backing: Stack, amqp_url: str
) -> None:
    async with account(backing, amqp_url, YORKS) as url:
        assert (await told(closed, url, a_letter()))["fate"] == "recorded"


async def test_what_a_publisher_says_for_a_city_of_another_is_rejected_where_it_finds_it(
    closed: Closed, backing: Stack, amqp_url: str
) -> None:
    async with account(backing, amqp_url, YORKS) as url:
        found = await told(closed, url, a_letter(city=KRAKOW))
    assert found["fate"] == "rejected"
    assert found["complaints"] == [
        {"path": "city", "message": f"'york' does not speak for city '{KRAKOW}', only for {YORK}"}
    ]
    assert await closed.database["records"].count_documents({}) == 0


async def test_what_is_said_under_the_source_of_another_is_filed_under_the_account(
    closed: Closed, backing: Stack, amqp_url: str
) -> None:
    letter = a_letter(source="urn:krakow")
    async with account(backing, amqp_url, YORKS) as url:
        found = await told(closed, url, letter, f"urn:citiesshare:ingest:{YORKS}")
    assert (found["fate"], found["complaints"][0]["path"]) == ("rejected", "source")
    answer = await closed.http.get("/v1/events", params={"source": "urn:krakow", "id": letter.id})
    assert answer.status_code == 404, "nothing is kept in another's name"


async def test_an_account_that_nobody_registered_is_told_so(
    closed: Closed, backing: Stack, amqp_url: str
) -> None:
    async with account(backing, amqp_url, NOBODYS) as url:
        found = await told(closed, url, a_letter(), f"urn:citiesshare:ingest:{NOBODYS}")
    assert found["fate"] == "rejected"
    assert "publishers add" in found["complaints"][0]["message"]


async def test_only_the_clock_says_that_a_day_has_come(closed: Closed, backing: Stack, amqp_url: str) -> None:
    closed.http.headers["authorization"] = f"Bearer {closed.key}"
    due = RecordDue(kind="need", record="need-1", what="say_again", day=NOW.date())
    said = event(due.key, due.model_dump(mode="json"), source=SOURCE)
    answer = await closed.http.post("/v1/events", json=said, headers=STRUCTURED)
    assert (answer.status_code, answer.json()["complaints"][0]["path"]) == (403, "type")
    letter = OutgoingMessage(due.key, uuid4().hex, SOURCE, due.message_type(), due.model_dump_json().encode())
    async with account(backing, amqp_url, YORKS) as url:
        with pytest.raises(ExceptionGroup) as refused:
            await told(closed, url, letter)
    assert refused.group_contains(ChannelAccessRefused)


async def test_without_an_account_nobody_reaches_the_broker(closed: Closed, amqp_url: str) -> None:
    at = urlsplit(amqp_url)
    stranger = at._replace(netloc=f"stranger:guess@{at.hostname}:{at.port}").geturl()
    with pytest.raises(AMQPError, match="ACCESS_REFUSED"):
        await told(closed, stranger, a_letter())


async def test_a_publisher_says_nothing_with_the_keys_of_another_kind(
    closed: Closed, backing: Stack, amqp_url: str
) -> None:
    release = OutgoingMessage("procurement.release", uuid4().hex, SOURCE, "ocds", b"{}")
    async with account(backing, amqp_url, YORKS) as url:
        with pytest.raises(ExceptionGroup) as refused:
            await told(closed, url, release)
    assert refused.group_contains(ChannelAccessRefused)
