"""The submissions service behind closed doors, and publishers of each kind who try them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from httpx import AsyncClient

from citiesshare.local.stack import Stack
from citiesshare.rabbitmq.permissions import publisher_rights
from services.submissions.adapters.amqp_sender import send
from services.submissions.adapters.mongo.publishers import MongoPublishers, new_api_key
from services.submissions.application.outgoing_message import OutgoingMessage
from services.submissions.domain.publishers import ApiKey, Publisher
from services.submissions.settings import Settings
from shared.store.mongo import Database, open_database
from tests.broker import define, forget
from tests.builders import KRAKOW, NOW, YORK
from tests.component.intake import STRUCTURED, Event, at_the_door, event, fate, running

PASSWORD = "only-for-this-test"
PUBLISHERS: Sequence[Publisher] = (
    Publisher(
        id="york", name="York", cities=(YORK,), sources=("urn:york",), kind="city", account="york-city"
    ),
    Publisher(id="york-too", name="York, museums", cities=(YORK,), sources=("urn:museums",), kind="city"),
    Publisher(
        id="krakow",
        name="Kraków",
        cities=(KRAKOW,),
        sources=("urn:krakow",),
        kind="city",
        account="krakow-city",
    ),
    Publisher(id="york-portal", name="York", cities=(YORK,), sources=("urn:yp",), kind="procurement"),
    Publisher(
        id="krakow-portal",
        name="Kraków",
        cities=(KRAKOW,),
        sources=("urn:kp",),
        kind="procurement",
        account="krakow-portal",
    ),
    Publisher(id="gazette", name="Gazette", cities=("*",), sources=("urn:gazette",), kind="procurement"),
    Publisher(id="voices", name="Voices", cities=("*",), sources=("urn:voices",), kind="platform"),
    Publisher(
        id="auditor", name="Auditor", cities=("*",), sources=("urn:audit",), kind="city", verifies=True
    ),
)


@dataclass(frozen=True)
class Doors:
    """The service, its store, and the key of each publisher."""

    http: AsyncClient
    settings: Settings
    database: Database
    accounts: MongoPublishers
    keys: Mapping[str, ApiKey]

    async def post(self, who: str, key: str, data: object, **more: object) -> Any:  # noqa: ANN401 - httpx's
        """Send one event over HTTP as ``who``; returns the answer."""
        return await self.sent(who, self.said_by(who, key, data, **more))

    async def sent(self, who: str, said: Event) -> Any:  # noqa: ANN401 - httpx's
        """Send ``said`` over HTTP as ``who``."""
        headers = {**STRUCTURED, "authorization": f"Bearer {self.keys[who]}"}
        return await self.http.post("/v1/events", json=said, headers=headers)

    async def say(self, who: str, key: str, data: object, **more: object) -> Event:
        """Send one event over HTTP as ``who``; returns what became of it."""
        said = self.said_by(who, key, data, **more)
        answer = await self.sent(who, said)
        assert answer.status_code == 202, answer.text
        return await fate(self.http, said)

    def said_by(self, who: str, key: str, data: object, **more: object) -> Event:
        """One event under the source of ``who``."""
        source = next(each.sources[0] for each in PUBLISHERS if each.id == who)
        return event(key, data, **{"source": source, **more})

    async def get(self, who: str, path: str) -> Any:  # noqa: ANN401 - JSON
        """What ``who`` finds at ``path``."""
        answer = await self.http.get(path, headers={"authorization": f"Bearer {self.keys[who]}"})
        return answer.json()


@asynccontextmanager
async def closed_doors(settings: Settings) -> AsyncIterator[Doors]:
    """The service behind closed doors, with all publishers registered."""
    shut = settings.model_copy(update={"open_doors": False})
    database = open_database(shut, "submissions")
    accounts, keys = MongoPublishers(database), {each.id: new_api_key() for each in PUBLISHERS}
    for each in PUBLISHERS:
        await accounts.keep(each)
        await accounts.add_key(each.id, keys[each.id], NOW)
    async with running(shut) as app, at_the_door(app) as http:
        yield Doors(http, shut, database, accounts, keys)
    await database.close()


@asynccontextmanager
async def account(backing: Stack, amqp_url: str, name: str, kind: str) -> AsyncIterator[str]:
    """The address at which the account ``name`` reaches the test's virtual host, with its kind's rights."""
    at = urlsplit(amqp_url)
    await define(backing, at.path.lstrip("/"), {name: publisher_rights(kind)}, {name: PASSWORD})
    yield at._replace(netloc=f"{name}:{PASSWORD}@{at.hostname}:{at.port}").geturl()
    await forget(backing, [name])


async def tell(doors: Doors, url: str, said: OutgoingMessage, filed: str | None = None) -> Event:
    """Send ``said`` at the broker; returns what became of it, which may be ``filed`` under the account."""

    async def each() -> AsyncIterator[OutgoingMessage]:
        yield said

    await send(url, each())
    source = f"urn:citiesshare:ingest:{filed}" if filed else said.source
    return await fate(doors.http, {"source": source, "id": said.id})


def letter(
    key: str, body: bytes, source: str, said_type: str | None = None, behalf: str | None = None
) -> OutgoingMessage:
    """One message at the broker under ``key``, of the type that goes with it or of ``said_type``."""
    kind = said_type or f"org.citiesshare.{key}.v1"
    return OutgoingMessage(key, uuid4().hex, source, kind, body, behalf=behalf)


def a_release(ocid: str, buyer: str, town: str, country: str, **changes: object) -> Event:
    """An OCDS release of a tender for quieter vans."""
    party = {"id": "b", "name": buyer, "roles": ["buyer"]}
    tender = {"id": "t", "title": "Quiet vans for the old town", "status": "active"}
    return {
        "ocid": ocid,
        "id": uuid4().hex,
        "date": "2026-11-01T00:00:00Z",
        "tag": ["tender"],
        "buyer": {"id": "b", "name": buyer},
        "parties": [{**party, "address": {"locality": town, "countryName": country}}],
        "tender": {**tender, **changes},
    }
