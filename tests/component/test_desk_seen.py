"""The desk as it is seen: nothing that WCAG 2 A and AA forbids, and no scrolling sideways."""

from collections.abc import AsyncIterator, Iterator
from typing import Literal

import pytest

from services.notifications.samples import official
from services.notifications.web.desk import ROUTES
from shared.events import LaterStatement
from shared.store.mongo import Database
from tests.builders import (
    NOW,
    a_city,
    a_need,
    a_solution,
    an_implementation,
    city_recorded,
    need_recorded,
    outcome_recorded,
    solution_recorded,
)
from tests.component.desk import Desk, a_desk, send
from tests.unit.notifications.browser import Browser, browser

pytestmark = pytest.mark.component
CITY = a_city(agreed_risk=0.25)
ADMIN = official().model_copy(update={"administers": True, "city": CITY.id})
CHANGED = need_recorded(
    need=a_need(id="n1", city=CITY.id),
    later=LaterStatement(said=NOW, fields={"title": "As it was tendered later", "deadline": "2027-01-31"}),
)
DRAFT = solution_recorded(solution=a_solution(id="s1", city=CITY.id, origin="procurement"), state="draft")
TRIAL = outcome_recorded(
    implementation=an_implementation(solution="s1", city=CITY.id, verification="procurement_record"),
    state="draft",
)
PATHS = [route.path for route in ROUTES if "{" not in route.path]
SCREENS: dict[Literal["light", "dark"], int] = {"dark": 320, "light": 1000}
OF_A_POST = [route.path.replace("{post:path}", ADMIN.id) for route in ROUTES if "{post:path}" in route.path]


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    async with a_desk(database) as opened:
        await opened.context.store.records.save_city(city_recorded(city=CITY))
        await opened.context.store.records.save_need(CHANGED)
        await opened.context.store.records.save_solution(DRAFT)
        await opened.context.store.records.save_attempt(TRIAL)
        yield opened


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as started:
        yield started


async def test_pages_of_the_desk_can_be_read_by_everybody_on_a_phone_and_in_the_dark(
    desk: Desk, opened: Browser
) -> None:
    async with await desk.signed_in(ADMIN) as reader:
        pages = {address: await reader.get(address) for address in (*PATHS, *OF_A_POST)}
        pages["a record and what is said since"] = await reader.get("/desk/records/need/n1")
        pages["an invitation with mistakes"] = await send(reader, "/desk/people/new", email="x")
        pages["a profile with mistakes"] = await send(reader, "/desk/profile", name="", based_on="1")
    for address, page in pages.items():
        assert page.status_code in {200, 422}, address
        for scheme, width in SCREENS.items():
            opened.show(page.text, width, scheme)
            assert opened.violations() == [], address
            assert not opened.overflows(), (address, width)


@pytest.mark.parametrize(("width", "tallest"), [(320, 60), (1280, 100)])
async def test_the_navigation_takes_one_line_on_a_phone_and_two_at_a_desk(
    desk: Desk, opened: Browser, width: int, tallest: int
) -> None:
    async with await desk.signed_in(ADMIN) as reader:
        page = (await reader.get("/desk")).text
    opened.show(page, width, "light")
    assert opened.run("document.querySelector('nav').getBoundingClientRect().height") <= tallest
    if width == 320:
        opened.do(lambda shown: shown.locator("nav summary").click())
    assert opened.do(lambda shown: shown.get_by_role("link", name="Our profile").first.is_visible())
    assert not opened.overflows()
    assert opened.violations() == []
