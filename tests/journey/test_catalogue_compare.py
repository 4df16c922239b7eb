"""From a search to two solutions side by side and to one of them; a failure that comes in a feed."""

from collections.abc import AsyncIterator

import httpx
import pytest

from citiesshare.local.sample_messages import native
from citiesshare.local.stack import Stack
from shared.events import CityDescribed, OutcomeReported, SolutionSubmitted
from tests.journey.desk_users import Begin, DeskUser, KeyboardUser, browsers
from tests.journey.letters import tell
from tests.waiting import until

pytestmark = pytest.mark.slow
TRENTO, BOLZANO = "3165243", "3181913"
"""Cities of which no other test tells anything."""
SOURCE = "urn:citiesshare:journey"
CITIES: list[dict[str, object]] = [
    {"id": TRENTO, "name": "Trento", "country": "IT", "timezone": "Europe/Rome", "languages": ["it"]},
    {"id": BOLZANO, "name": "Bolzano", "country": "IT", "timezone": "Europe/Rome", "languages": ["it"]},
]
ROOFS = {"scheme": "CPV", "id": "77310000"}


def told(solution: str, city: str, title: str) -> dict[str, object]:
    """What a city reports of green roofs."""
    problem = {
        "code": ROOFS,
        "statement": "Sewers overflow in heavy rain.",
        "service_owner": "Sewers",
        "baseline": {"kpi": "Overflows", "value": 12, "unit": "a year", "date": "2024-05-31"},
    }
    return {
        "id": solution,
        "city": city,
        "title": title,
        "summary": "Moss roofs on bus shelters keep the rain of a storm.",
        "language": "en",
        "topics": [ROOFS],
        "problem": problem,
        "first_step": "Weigh a wet roof",
        "attempt": {"outcome": "succeeded", "started": "2024-06-01", "ended": "2025-06-01"},
    }


REPORTS = [
    told("trento-moss", TRENTO, "Moss roofs on bus shelters"),
    told("bolzano-moss", BOLZANO, "Moss roofs on kiosks"),
]
FAILED: dict[str, object] = {
    "solution": "trento-moss",
    "city": BOLZANO,
    "outcome": "failed",
    "started": "2025-01-01",
    "ended": "2025-11-01",
    "language": "en",
    "failure": {"cause": "skills", "first_warning_sign": "Nobody watered the moss."},
}


@pytest.fixture
async def begin(stack: Stack) -> AsyncIterator[Begin]:
    """New browsers, when both cities have said what they tried."""
    await tell(stack, [native(CityDescribed, city, SOURCE) for city in CITIES])
    await tell(stack, [native(SolutionSubmitted, report, SOURCE) for report in REPORTS])
    async with browsers(stack) as new:
        yield new


@pytest.mark.parametrize("kind", [DeskUser, KeyboardUser])
async def test_a_reader_searches_compares_two_and_opens_one(begin: Begin, kind: type[DeskUser]) -> None:
    user = await begin(kind)
    await user.go("/")
    await user.fill(q="moss roofs shelters")
    await user.press("Search")
    await user.reads("Moss roofs on kiosks", on=user.page.url.removeprefix(user.site))
    await user.tick("ids", "trento-moss", "bolzano-moss")
    await user.press("Compare up to four")
    assert "ids=" in user.page.url
    page = await user.page.inner_text("main")
    assert "Moss roofs on bus shelters" in page
    assert "Moss roofs on kiosks" in page
    assert page.count("Weigh a wet roof") == 2
    assert "claim" in page
    await user.can_be_used_by_everybody()
    await user.follow("Moss roofs on kiosks")
    assert user.page.url.endswith("/bolzano-moss/moss-roofs-on-kiosks")
    await user.follow("Bolzano")
    assert "What worked" in await user.page.inner_text("main")
    await user.can_be_used_by_everybody()


async def test_a_failure_that_is_reported_of_an_old_solution_comes_in_the_feed_of_a_search(
    stack: Stack, begin: Begin
) -> None:
    user = await begin()
    await user.go("/solutions?q=moss+roofs&outcome=failed&lang=en")
    feed = await user.page.locator("link[type='application/atom+xml']").first.get_attribute("href")
    assert feed is not None
    async with httpx.AsyncClient(trust_env=False, timeout=30, base_url=user.site) as reader:
        before = await reader.get(feed)
        assert "Nobody watered the moss." not in before.text
        await tell(stack, [native(OutcomeReported, FAILED, SOURCE)])

        async def news() -> bool:
            answer = await reader.get(feed, headers={"if-none-match": before.headers["etag"]})
            return answer.status_code == 200 and "Nobody watered the moss." in answer.text

        await until(news)
        entry = (await reader.get(feed)).text
    assert entry.index("trento-moss") > 0
    assert "Moss roofs on bus shelters" in entry
