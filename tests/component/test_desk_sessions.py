"""Sessions of the desk: how they begin, what they open, how they end, and what they keep."""

from collections.abc import AsyncIterator

import pytest

from services.notifications.samples import official
from shared.store.mongo import Database
from tests.component.desk import Desk, a_desk

pytestmark = pytest.mark.component
HOLDER = official().model_copy(update={"administers": True})


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    async with a_desk(database) as opened:
        yield opened


async def test_who_is_signed_in_sees_the_desk_and_nobody_else_does(desk: Desk) -> None:
    async with await desk.signed_in(HOLDER) as browser, desk.browser() as stranger:
        page = await browser.get("/desk")
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
        assert f"Kraków · {HOLDER.post}" in page.text
        away = await stranger.get("/desk/people?all=yes")
        assert (away.status_code, away.headers["location"]) == (303, "/in?next=%2Fdesk%2Fpeople%3Fall%3Dyes")
