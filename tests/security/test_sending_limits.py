"""How much a publisher may send, over HTTP and at the broker, for all replicas together."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from httpx import AsyncClient

from citiesshare.local.stack import Stack
from citiesshare.rabbitmq.permissions import publisher_rights
from services.submissions.adapters.amqp_sender import send
from services.submissions.application.outgoing_message import OutgoingMessage
from shared.events import NeedSubmitted
from shared.json_limits import LARGEST_MESSAGE
from shared.messaging.dead_letters import list_dead_letters
from shared.store.indexes import ensure_indexes
from shared.store.mongo import Database
from shared.store.token_buckets import TokenBuckets
from tests.broker import define, forget
from tests.builders import KRAKOW, YORK, a_need
from tests.component.intake import BATCH, STRUCTURED, Event, event, fate, settings_on
from tests.security.test_deposits import Hub, hub_on
from tests.waiting import until

PASSWORD = "only-for-this-test"


@pytest.fixture
async def hub(backing: Stack, amqp_url: str) -> AsyncIterator[Hub]:
    async with hub_on(settings_on(backing, amqp_url, open_doors=False)) as hub:
        yield hub


@asynccontextmanager
async def slow_hub(backing: Stack, amqp_url: str, per_minute: int) -> AsyncIterator[Hub]:
    settings = settings_on(backing, amqp_url, open_doors=False)
    async with hub_on(settings, per_minute=per_minute) as hub:
        yield hub


def a_york_need() -> Event:
    data = a_need(id=uuid4().hex, city=YORK).model_dump(mode="json")
    return {**event("need.submitted", data), "source": "urn:york"}


def batch(count: int) -> str:
    return json.dumps([a_york_need() for _ in range(count)])


# One bucket


async def test_a_charge_is_taken_whole_or_not_at_all_and_says_the_wait_that_helps(database: Database) -> None:
    limits, allowed = TokenBuckets(database), {"messages": 120, "bytes": 1000}
    await ensure_indexes(database, [TokenBuckets])
    first = await limits.charge("york", {"messages": 100, "bytes": 10}, allowed)
    assert (first.wait, first.allowances["messages"].left) == (0, 20)
    refused = await limits.charge("york", {"messages": 22, "bytes": 10}, allowed)
    assert refused.wait == 1
    assert refused.allowances["bytes"].left >= 990, "what is refused costs nothing, of no kind"
    await asyncio.sleep(refused.wait)
    assert (await limits.charge("york", {"messages": 22, "bytes": 10}, allowed)).wait == 0


async def test_replicas_share_a_bucket_and_never_let_through_more(database: Database) -> None:
    replicas = [TokenBuckets(database) for _ in range(4)]
    charges = [each.charge("york", {"messages": 1}, {"messages": 30}) for each in replicas for _ in range(20)]
    taken = [each for each in await asyncio.gather(*charges) if not each.wait]
    assert 30 <= len(taken) <= 34  # one more every two seconds


async def test_a_bucket_is_forgotten_when_it_is_full(database: Database) -> None:
    limits = TokenBuckets(database)
    await ensure_indexes(database, [TokenBuckets])
    await limits.charge("york", {"messages": 1}, {"messages": 30})
    kept = await database["token_buckets"].find_one({"_id": "york"})
    assert kept is not None
    assert abs((kept["full"].timestamp() * 1000 - kept["now"]) - 2000) < 50


# Over HTTP


async def test_a_batch_of_61_at_600_a_minute_comes_in_and_is_charged_once(hub: Hub) -> None:
    answer = await hub.york.post("/v1/events", content=batch(61), headers=BATCH)
    assert answer.status_code == 202, answer.text
    assert answer.headers["ratelimit-policy"].startswith('"messages";q=600;w=60')
    left = int(answer.headers["ratelimit"].split("r=")[1].split(";")[0])
    assert 539 <= left <= 545


async def test_a_batch_that_no_wait_would_let_in_is_refused_with_the_largest(
    backing: Stack, amqp_url: str
) -> None:
    async with slow_hub(backing, amqp_url, 50) as hub:
        refused = await hub.york.post("/v1/events", content=batch(51), headers=BATCH)
        assert refused.status_code == 413
        assert "batches of 50 at most" in refused.json()["title"]
        assert "retry-after" not in refused.headers
        assert (await hub.york.post("/v1/events", content=batch(50), headers=BATCH)).status_code == 202


async def test_a_batch_over_what_is_left_is_taken_after_the_wait_that_was_told(
    backing: Stack, amqp_url: str
) -> None:
    async with slow_hub(backing, amqp_url, 120) as hub:
        assert (await hub.york.post("/v1/events", content=batch(120), headers=BATCH)).status_code == 202
        assert (await hub.york.post("/v1/events", content=batch(120), headers=BATCH)).status_code == 429
        answer = await hub.york.post("/v1/events", content=(said := batch(12)), headers=BATCH)
        if answer.status_code == 429:  # the first two calls took less than the six seconds that fill 12 again
            await asyncio.sleep(wait := int(answer.headers["retry-after"]))
            assert wait <= 6
            answer = await hub.york.post("/v1/events", content=said, headers=BATCH)
        assert answer.status_code == 202


@pytest.mark.parametrize(
    "path",
    ["/v1/events", "/v1/data", "/v1/records/need/n/confirm", "/v1/records/solution/s/embargo"],
)
async def test_without_a_key_no_body_is_read(hub: Hub, path: str) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(50):
            read += 1
            yield b"x" * 10_000

    answer = await hub.york.post(path, content=body(), headers={"authorization": "Bearer csk_no_body"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert read == 0


async def test_an_announced_body_over_the_limit_is_refused_with_the_limit(hub: Hub) -> None:
    answer = await hub.york.post("/v1/events", content=b" " * (LARGEST_MESSAGE + 1), headers=STRUCTURED)
    assert answer.status_code == 413
    assert str(LARGEST_MESSAGE) in answer.json()["title"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/records/need/%20/confirm", {"city": YORK}),
        ("/v1/records/need/n/confirm", {"city": "\u202e" + YORK}),
        ("/v1/records/solution/%00/embargo", {"city": YORK}),
    ],
)
async def test_a_command_with_any_id_is_an_answer_and_no_error(hub: Hub, path: str, body: Event) -> None:
    assert (await hub.york.post(path, json=body)).status_code in {202, 403, 422}


@pytest.mark.parametrize("depth", [900, 100_000])
async def test_a_deep_body_is_a_problem_at_every_door(hub: Hub, depth: int) -> None:
    deep = b'{"city": ' + b"[" * depth + b"]" * depth + b"}"
    for path in ("/v1/records/need/n/confirm", "/v1/records/solution/s/evidence"):
        answer = await hub.york.post(path, content=deep, headers={"content-type": "application/json"})
        assert answer.status_code in {400, 422}, (path, answer.text)
    for headers in (STRUCTURED, BATCH):
        assert (await hub.york.post("/v1/events", content=deep, headers=headers)).status_code in {400, 422}


# At the broker


@asynccontextmanager
async def account(backing: Stack, amqp_url: str, name: str) -> AsyncIterator[str]:
    at = urlsplit(amqp_url)
    await define(backing, at.path.lstrip("/"), {name: publisher_rights("city")}, {name: PASSWORD})
    yield at._replace(netloc=f"{name}:{PASSWORD}@{at.hostname}:{at.port}").geturl()
    await forget(backing, [name])


def letter(name: str, city: str) -> OutgoingMessage:
    body = a_need(id=uuid4().hex, city=city).model_dump_json().encode()
    return OutgoingMessage(NeedSubmitted.key, uuid4().hex, f"urn:{name}", NeedSubmitted.message_type(), body)


async def post(url: str, letters: list[OutgoingMessage]) -> None:
    async def each() -> AsyncIterator[OutgoingMessage]:
        for one in letters:
            yield one

    await send(url, each())


async def recorded(client: AsyncClient, letters: list[OutgoingMessage]) -> int:
    asked = [client.get("/v1/events", params={"source": one.source, "id": one.id}) for one in letters]
    answers = await asyncio.gather(*asked)
    return sum(answer.status_code == 200 and answer.json()["fate"] == "recorded" for answer in answers)


async def test_at_the_broker_what_is_over_the_limit_waits_and_is_heard_and_keeps_nobody_waiting(
    backing: Stack, amqp_url: str
) -> None:
    async with slow_hub(backing, amqp_url, 60) as hub, account(backing, amqp_url, "york") as york:
        flood = [letter("york", YORK) for _ in range(70)]
        await post(york, flood)
        async with account(backing, amqp_url, "krakow") as krakow:
            other = letter("krakow", KRAKOW)
            await post(krakow, [other])
            await fate(hub.krakow, {"source": other.source, "id": other.id})
        assert await recorded(hub.york, flood) < 70, "the flood is still waiting"
        one = await hub.york.post("/v1/events", json=a_york_need(), headers=STRUCTURED)
        left = int(one.headers["ratelimit"].split("r=")[1].split(";")[0])
        assert one.status_code == 429 or left < 30, "one limit for both ways in"

        async def all_heard() -> bool:
            return await recorded(hub.york, flood) == 70

        await until(all_heard, 60)
        assert await list_dead_letters(amqp_url) == []
