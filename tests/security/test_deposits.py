"""Deposits belong to the publisher that made them, on the real broker and store."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import uuid4

import httpx
import pytest

from citiesshare.local.stack import Stack
from services.submissions.adapters.mongo.blob_store import CHUNK, MongoBlobs
from services.submissions.adapters.mongo.publishers import MongoPublishers, new_api_key
from services.submissions.domain.publishers import BlobKey, Publisher
from services.submissions.settings import Settings
from shared.json_limits import LARGEST_MESSAGE
from shared.store.indexes import ensure_indexes
from shared.store.mongo import Binary, Database, open_database
from tests.builders import KRAKOW, NOW, YORK, a_need
from tests.component.intake import STRUCTURED, Event, at_the_door, event, running, say, settings_on
from tests.waiting import until

CITIES = {"york": YORK, "krakow": KRAKOW}


@dataclass(frozen=True)
class Hub:
    """The service behind closed doors, with a client for each of two registered publishers."""

    york: httpx.AsyncClient
    krakow: httpx.AsyncClient
    database: Database


@asynccontextmanager
async def hub_on(settings: Settings, **limits: int) -> AsyncIterator[Hub]:
    database = open_database(settings, "submissions")
    accounts, clients = MongoPublishers(database), {}
    async with running(settings) as app, AsyncExitStack() as stack:
        for name, city in CITIES.items():
            key = new_api_key()
            publisher = {
                "id": name,
                "name": name,
                "cities": (city,),
                "sources": (f"urn:{name}",),
                "account": name,
            }
            await accounts.keep(Publisher.model_validate({**publisher, **limits}))
            await accounts.add_key(name, key, NOW)
            clients[name] = await stack.enter_async_context(at_the_door(app))
            clients[name].headers["authorization"] = f"Bearer {key}"
        yield Hub(**clients, database=database)
    await database.close()


@pytest.fixture
async def hub(backing: Stack, amqp_url: str) -> AsyncIterator[Hub]:
    async with hub_on(settings_on(backing, amqp_url, open_doors=False)) as hub:
        yield hub


def need(city: str) -> bytes:
    return a_need(id=uuid4().hex, city=city).model_dump_json().encode()


async def deposit(client: httpx.AsyncClient, data: bytes) -> str:
    answer = await client.post("/v1/data", content=data)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["dataref"])


def claim(name: str, dataref: str) -> Event:
    return {**event("need.submitted", None, dataref=dataref), "source": f"urn:{name}"}


async def kept(hub: Hub) -> int:
    return await hub.database["deposits"].count_documents({})


async def until_kept(hub: Hub, count: int) -> None:
    """Wait until so many chunks are left: a fate can be read a moment before its deposit is forgotten."""

    async def so_many() -> bool:
        return await kept(hub) == count

    await until(so_many, 10)


async def test_a_foreign_claim_is_refused_and_leaves_the_deposit_to_its_owner(hub: Hub) -> None:
    dataref = await deposit(hub.york, need(YORK))
    refused = await say(hub.krakow, claim("krakow", dataref))
    assert (refused["fate"], refused["complaints"][0]["path"]) == ("rejected", "dataref")
    assert await kept(hub) == 1
    assert (await say(hub.york, claim("york", dataref)))["fate"] == "recorded"
    await until_kept(hub, 0)


async def test_a_claim_of_ones_own_that_is_refused_leaves_the_deposit(hub: Hub) -> None:
    wrong, right = need(KRAKOW), need(YORK)
    dataref = await deposit(hub.york, wrong)
    assert (await say(hub.york, claim("york", dataref)))["fate"] == "rejected"
    assert await kept(hub) == 1
    await say(hub.york, claim("york", await deposit(hub.york, right)))
    await until_kept(hub, 1)
    assert [each["whole"] async for each in hub.database["deposits"].find({})] == [sha256(wrong).hexdigest()]


async def test_two_publishers_deposit_the_same_and_each_has_its_own(hub: Hub) -> None:
    data = need(YORK)
    first, second = await deposit(hub.york, data), await deposit(hub.krakow, data)
    assert first == second
    assert (await say(hub.york, claim("york", first)))["fate"] == "recorded"
    await until_kept(hub, 1)
    assert [each["owner"] async for each in hub.database["deposits"].find({})] == ["krakow"]


async def test_large_data_in_an_event_are_deposited_for_their_sender(hub: Hub) -> None:
    data = a_need(id=uuid4().hex, city=YORK, description="x" * 9_000).model_dump(mode="json")
    said = {**event("need.submitted", {**data, "more": "y" * 100_000}), "source": "urn:york"}
    assert (await say(hub.york, said))["fate"] == "recorded"
    await until_kept(hub, 0)


async def test_a_deposit_of_a_release_that_knew_no_owner_can_be_claimed_by_any_publisher(hub: Hub) -> None:
    data = need(YORK)
    digest = sha256(data).hexdigest()
    old = {
        "_id": f"{digest}#0",
        "whole": digest,
        "number": 0,
        "received": datetime.now(UTC),
        "bytes": Binary(data),
    }
    await hub.database["deposits"].insert_one(old)
    assert (await say(hub.krakow, claim("krakow", f"urn:citiesshare:data:{digest}")))["fate"] == "rejected"
    assert (await say(hub.york, claim("york", f"urn:citiesshare:data:{digest}")))["fate"] == "recorded"
    await until_kept(hub, 0)


async def test_a_deposit_under_another_digest_leaves_nothing(hub: Hub) -> None:
    answer = await hub.york.put(f"/v1/data/{'0' * 64}", content=b"x" * 3 * CHUNK)
    assert answer.status_code == 422
    await until_kept(hub, 0)


async def test_a_deposit_that_breaks_off_leaves_nothing(hub: Hub) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * 3 * CHUNK
        raise ConnectionError("the line broke")

    assert (await hub.york.post("/v1/data", content=broken())).is_error
    await until_kept(hub, 0)


async def test_a_chunked_deposit_over_the_limit_is_refused_while_it_comes_and_leaves_nothing(
    hub: Hub,
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(LARGEST_MESSAGE // 100_000 + 5):
            yield b"x" * 100_000

    answer = await hub.york.post("/v1/data", content=endless())
    assert answer.status_code == 413
    assert str(LARGEST_MESSAGE) in answer.json()["title"]
    await until_kept(hub, 0)


async def test_240_megabytes_are_not_twelve_messages(hub: Hub) -> None:
    """Six deposits of ten megabytes are a minute's bytes; what is refused is not stored and costs nothing."""
    answers = [await hub.york.post("/v1/data", content=bytes([n]) * LARGEST_MESSAGE) for n in range(9)]
    assert [each.status_code for each in answers].count(201) in {6, 7}
    refused = answers[-1]
    assert refused.status_code == 429
    assert "bytes" in refused.json()["title"]
    assert 0 < int(refused.headers["retry-after"]) <= 10
    assert (await hub.krakow.post("/v1/data", content=b"mine")).status_code == 201, "others are not held up"
    wrong = await hub.krakow.put(f"/v1/data/{'0' * 64}", content=b"x" * 9_000_000)
    assert wrong.status_code == 422
    good = [await hub.krakow.post("/v1/data", content=bytes([n]) * 9_000_000) for n in range(6)]
    assert {each.status_code for each in good} == {201}, "what was refused took no bytes"


async def test_an_upload_is_claimable_only_when_it_is_whole(database: Database) -> None:
    now = datetime.now(UTC)  # the store removes what is older than a day
    store = MongoBlobs(database)
    await ensure_indexes(database, [MongoBlobs])
    data = bytes(range(256)) * 8_000
    key = BlobKey("york", sha256(data).hexdigest())
    async with store.upload("york", now) as upload:
        await upload.write(data)
        assert await store.take(key) is None
        assert await upload.finish() == key.digest
    assert await store.take(key) == data
    assert await store.take(BlobKey("krakow", key.digest)) is None
    assert await store.put("york", data, now) == key.digest
    assert len({each["upload"] async for each in database["deposits"].find({})}) == 1
    await asyncio.gather(*(store.put("leeds", data, now) for _ in range(3)))
    assert await store.take(BlobKey("leeds", key.digest)) == data
    assert {each.owner for each in await store.waiting()} == {"york", "leeds"}
    await store.clear(key)
    assert await store.take(BlobKey("leeds", key.digest)) == data


async def test_a_claim_over_http_says_nothing_of_anothers_deposit(hub: Hub) -> None:
    there, not_there = await deposit(hub.york, need(YORK)), f"urn:citiesshare:data:{'0' * 64}"
    answers = [await say(hub.krakow, claim("krakow", dataref)) for dataref in (there, not_there)]
    assert answers[0]["complaints"] == answers[1]["complaints"]
    assert json.dumps(answers[0]["complaints"]).count("york") == 0
    plain = await hub.krakow.post("/v1/events", json=claim("krakow", there), headers=STRUCTURED)
    assert plain.status_code == 202
