"""Who looks after a city's profile describes it anew; two who do so see each other's change."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.notifications.samples import official
from shared.events import CityDescribed
from shared.store.mongo import Database
from tests.builders import a_city, city_recorded
from tests.component.desk import Desk, a_desk, send

pytestmark = pytest.mark.component
CITY = a_city(agreed_risk=1 / 3, have={"kerb_sensors": 0.5})
ADMIN = official().model_copy(update={"administers": True, "city": CITY.id})
SAME = {"name": CITY.name, "country": CITY.country}


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    async with a_desk(database) as opened:
        yield opened


async def recorded(desk: Desk, revision: int, **changes: Any) -> None:  # noqa: ANN401 - any field
    city = CITY.model_copy(update=changes)
    await desk.context.store.records.save_city(city_recorded(city=city, revision=revision))


async def test_the_profile_is_sent_in_the_name_of_the_post_and_based_on_what_it_saw(
    desk: Desk,
) -> None:
    await recorded(desk, 3)
    async with await desk.signed_in(ADMIN) as browser:
        page = await browser.get("/desk/profile")
        assert "Your city agreed that 1 in 3 may fail." in page.text
        answers = {"agreed_risk": "25", "innovation_unit": "yes", "density": "2400"}
        done = await send(browser, "/desk/profile", **SAME, **answers, based_on="3")
        assert done.headers["location"] == "/desk/profile?done=described"
        assert "Sent. It shows here once it is recorded" in (await browser.get(done.headers["location"])).text
    (event,) = desk.published
    assert isinstance(event, CityDescribed)
    assert event.actor is not None
    assert (event.actor.official, event.actor.city, event.based_on) == (ADMIN.id, CITY.id, 3)
    assert (event.id, event.agreed_risk, event.have) == (CITY.id, 0.25, CITY.have)
    assert (event.indicators.innovation_unit, event.indicators.density) == (True, 2400)


async def test_who_saves_over_somebody_elses_change_is_shown_it_first(desk: Desk) -> None:
    await recorded(desk, 3)
    async with await desk.signed_in(ADMIN) as browser:
        await recorded(desk, 4, population=123_456)
        shown = await send(browser, "/desk/profile", **SAME, based_on="3", population="99")
        assert shown.status_code == 409
        assert "Somebody changed the profile since you opened this page." in shown.text
        assert "Recorded now: 123,456" in shown.text
        assert 'value="99"' in shown.text
        assert desk.published == []
        assert (
            await send(browser, "/desk/profile", **SAME, based_on="4", population="99")
        ).status_code == 303
    assert [event.based_on for event in desk.published if isinstance(event, CityDescribed)] == [4]


async def test_a_profile_with_mistakes_is_not_sent_and_stays_as_it_was_typed(desk: Desk) -> None:
    await recorded(desk, 3)
    async with await desk.signed_in(ADMIN) as browser:
        page = await send(browser, "/desk/profile", **SAME, based_on="3", population="many", mandate="7")
    assert page.status_code == 422
    for field, words in (("population", "Please give a number"), ("mandate", "This number is too large.")):
        assert f'href="#field-{field}"' in page.text
        assert f'id="mistake-{field}">{words}' in page.text
    assert 'value="many"' in page.text
    assert desk.published == []


async def test_a_city_that_was_never_described_is_described_here(desk: Desk) -> None:
    async with await desk.signed_in(ADMIN) as browser:
        done = await send(browser, "/desk/profile", name="Tampere", country="FI", population="255050")
        assert done.status_code == 303
    (event,) = desk.published
    assert isinstance(event, CityDescribed)
    assert (event.id, event.population, event.based_on) == (CITY.id, 255_050, None)


async def test_a_profile_with_numbers_that_nothing_has_is_shown_and_can_be_corrected(desk: Desk) -> None:
    odd = {"staff_per_1000": 1e25, "density": 1e21, "debt_ratio": 1e300}
    await recorded(desk, 3, indicators=CITY.indicators.model_copy(update=odd))
    async with await desk.signed_in(ADMIN) as browser:
        page = await browser.get("/desk/profile")
        assert page.status_code == 200
        answers = {"staff_per_1000": "1" + "0" * 25, "density": "2400", "debt_ratio": ""}
        refused = await send(browser, "/desk/profile", **SAME, **answers, based_on="3")
        assert (refused.status_code, desk.published) == (422, [])
        done = await send(
            browser, "/desk/profile", **SAME, **{**answers, "staff_per_1000": "25"}, based_on="3"
        )
        assert done.status_code == 303
    (said,) = desk.published
    assert isinstance(said, CityDescribed)
    assert (said.indicators.staff_per_1000, said.indicators.density) == (25, 2400)
