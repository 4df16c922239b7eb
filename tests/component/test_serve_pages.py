"""The pages alone: they show what the service shows, and consume no queue."""

import pytest
from httpx import ASGITransport, AsyncClient

from citiesshare.local.stack import Stack
from services.notifications.app import create, create_pages
from services.notifications.settings import Settings
from tests.component.intake import settings_on

pytestmark = pytest.mark.component


async def test_the_pages_alone_are_ready_and_consume_nothing(backing: Stack, amqp_url: str) -> None:
    shared_settings = settings_on(backing, amqp_url).model_dump(
        include={"amqp_url", "mongo_url", "mongo_prefix", "retry_waits"}
    )
    settings = Settings.model_validate({**shared_settings, "smtp_port": 1})
    app = create_pages(settings)
    assert app.operations is not None
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1:8000") as reader,
        AsyncClient(transport=ASGITransport(app.operations), base_url="http://operators") as operator,
    ):
        assert (await operator.get("/health/ready")).json()["ready"] is True
        assert (await reader.get("/in")).status_code == 200
        assert (await reader.get("/desk")).headers["location"] == "/in?next=%2Fdesk"
        received = (await operator.get("/asyncapi.json")).json()["operations"].values()
        assert [one for one in received if one["action"] == "receive"] == []


def test_the_pages_are_those_of_the_whole_service() -> None:
    pages, service = (
        {getattr(route, "path", "") for route in build(Settings()).routes} for build in (create_pages, create)
    )
    assert pages == service
