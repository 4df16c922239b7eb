"""The submissions service in this process, and somebody at its doorway who says things and asks."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from citiesshare.local.stack import Stack
from services.submissions.app import create
from services.submissions.settings import Settings
from shared.http.asgi import Service
from tests.broker import WAITS
from tests.builders import NOW, a_solution
from tests.contract.sources import ROOT
from tests.waiting import until

STRUCTURED = {"content-type": "application/cloudevents+json"}
BATCH = {"content-type": "application/cloudevents-batch+json"}
Event = dict[str, Any]


def settings_on(backing: Stack, amqp_url: str, **changes: object) -> Settings:
    """Settings on a virtual host and a database of one's own, with open doors."""
    usual = {
        "amqp_url": amqp_url,
        "mongo_url": backing.ports.mongo_url,
        "mongo_prefix": f"test_{uuid4().hex[:8]}_",
        "retry_waits": WAITS,
        "retry_attempts": 8,
        "open_doors": True,
    }
    return Settings.model_validate({**usual, **changes})


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Service]:
    """The service, from its start to its end."""
    app = create(settings)
    async with app.router.lifespan_context(app):
        yield app


@asynccontextmanager
async def at_the_door(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """Somebody who speaks HTTP; an error inside is the answer 500, as it would be outside."""
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://here") as client:
        yield client


async def counts(app: Service) -> dict[str, int]:
    """How many records and messages there are, as operators are told."""
    assert app.operations is not None
    async with at_the_door(app.operations) as operators:
        told: dict[str, int] = (await operators.get("/v1/status")).json()
    return told


def event(key: str, data: object, **more: object) -> Event:
    """A structured CloudEvent around ``data``, with an id of its own."""
    envelope = {"specversion": "1.0", "id": uuid4().hex, "source": "urn:test", "time": NOW.isoformat()}
    return {**envelope, "type": f"org.citiesshare.{key}.v1", "data": data, **more}


def sample(key: str) -> Event:
    """The good sample of a message, under a new id."""
    read: Event = json.loads((ROOT / f"tests/samples/good/{key}.json").read_bytes())
    return {**read, "id": uuid4().hex}


def solution(**changes: object) -> Event:
    """The data of ``solution.submitted``."""
    return a_solution(**changes).model_dump(mode="json", exclude_none=True)


async def say(http: AsyncClient, said: Event) -> Event:
    """Submit one event, and return what became of it."""
    answer = await http.post("/v1/events", json=said, headers=STRUCTURED)
    assert answer.status_code == 202, answer.text
    return await fate(http, said)


async def fate(http: AsyncClient, said: Event) -> Event:
    """What became of an event, as soon as it is known."""

    async def settled() -> Event | None:
        answer = await http.get("/v1/events", params={"source": said["source"], "id": said["id"]})
        found: Event = answer.json()
        return found if answer.status_code == 200 and found["fate"] != "heard" else None

    return await until(settled, 30)
