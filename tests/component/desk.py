"""The desk without a broker: its pages on a real store, for officials who signed in."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from services.notifications.app import open_routers
from services.notifications.application.context import NotificationContext
from services.notifications.application.desk_sessions import DeskSessions
from services.notifications.domain.officials import Official
from services.notifications.settings import Settings
from shared.events import Event
from shared.store.mongo import Database
from tests.component.letters import a_context

SITE = "http://127.0.0.1:8000"
SETTINGS = Settings(public_url=SITE)
COOKIE = "citiesshare"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


class Desk(NamedTuple):
    """The pages, the use cases behind them, the store, and what was published."""

    app: FastAPI
    context: NotificationContext
    database: Database
    published: list[Event]

    def browser(self, **headers: str) -> AsyncClient:
        """A browser of its own; it keeps cookies and follows no redirects."""
        return AsyncClient(transport=ASGITransport(self.app), base_url=SITE, headers=headers)

    async def signed_in(self, official: Official, ago: timedelta = timedelta()) -> AsyncClient:
        """A browser with a session of ``official``, who is stored; begun and used that long ago."""
        await self.context.store.officials.save(official, "import")
        sessions = DeskSessions(self.context.store, SETTINGS.session_limits)
        browser = self.browser()
        token = await sessions.begin(official, "Mozilla/5.0 Firefox/140.0", datetime.now(UTC) - ago)
        browser.cookies.set(COOKIE, token, domain="127.0.0.1")
        return browser


@asynccontextmanager
async def a_desk(database: Database, settings: Settings = SETTINGS) -> AsyncIterator[Desk]:
    """The desk on ``database``."""
    published: list[Event] = []

    async def publish(event: Event) -> None:
        published.append(event)

    async with a_context(settings, database) as context:
        app = FastAPI()
        for router in open_routers(context, publish, settings):
            app.include_router(router)
        yield Desk(app, context, database, published)


async def send(browser: AsyncClient, address: str, **fields: Any) -> Response:  # noqa: ANN401 - str or list
    """Open a page, and send its form with ``fields`` and the token that stands in it."""
    page = await browser.get(address)
    token = CSRF.search(page.text)
    assert token is not None, f"{address} ({page.status_code}) has no form: {page.text[:500]}"
    return await browser.post(address, data={"csrf": token[1], **fields})
