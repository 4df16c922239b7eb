"""The submissions service for tests of its own: open doors, one office-holder whose name is held."""

import json
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from citiesshare.local.stack import Stack
from services.submissions.settings import Settings
from shared.http.asgi import Service
from tests.component.intake import at_the_door, running, settings_on

MAYOR = {"post": "mayor", "names": ["Aino Esimerkki"]}


@pytest.fixture
def settings(backing: Stack, amqp_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    listed = tmp_path_factory.mktemp("holders") / "holders.json"
    listed.write_text(json.dumps([MAYOR]))
    return settings_on(backing, amqp_url, office_holders=listed)


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Service]:
    async with running(settings) as app:
        yield app


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with at_the_door(app) as client:
        yield client
