"""The public catalogue in a browser without scripts: search, narrow down, read, and a similar one."""

import re
from collections.abc import AsyncIterator

import pytest

from citiesshare.local.sample_messages import native
from citiesshare.local.stack import Stack
from shared.events import CityDescribed, SolutionSubmitted
from tests.journey.desk_users import Begin, DeskUser, browsers
from tests.journey.letters import tell

pytestmark = pytest.mark.slow
NAMUR, GHENT = "2790472", "2797656"
"""Cities of which no other test tells anything."""
CITIES: list[dict[str, object]] = [
    {"id": NAMUR, "name": "Namur", "country": "BE", "timezone": "Europe/Brussels", "languages": ["fr"]},
    {"id": GHENT, "name": "Ghent", "country": "BE", "timezone": "Europe/Brussels", "languages": ["nl"]},
]


def told(solution: str, city: str, title: str, outcome: str) -> dict[str, object]:
    """What a city reports of composting."""
    problem = {
        "code": {"scheme": "CPV", "id": "90513000"},
        "statement": "Kitchen waste is burnt.",
        "service_owner": "Waste",
        "baseline": {"kpi": "Kitchen waste burnt", "value": 420, "unit": "t a year", "date": "2024-05-31"},
    }
    attempt: dict[str, object] = {"outcome": outcome, "started": "2024-06-01", "ended": "2025-06-01"}
    if outcome == "failed":
        attempt["failure"] = {"cause": "citizens", "first_warning_sign": "Few came to the first evening."}
    return {
        "id": solution,
        "city": city,
        "title": title,
        "summary": "Neighbours compost kitchen waste in wooden boxes.",
        "language": "en",
        "topics": [{"scheme": "CPV", "id": "90513000"}],
        "problem": problem,
        "attempt": attempt,
    }


REPORTS = [
    told("namur-compost", NAMUR, "Compost boxes in courtyards", "failed"),
    told("ghent-compost", GHENT, "Compost boxes in parks", "succeeded"),
]


SOURCE = "urn:citiesshare:journey"


@pytest.fixture
async def begin(stack: Stack) -> AsyncIterator[Begin]:
    """New browsers, when both cities have said what they tried."""
    await tell(stack, [native(CityDescribed, city, SOURCE) for city in CITIES])
    await tell(stack, [native(SolutionSubmitted, report, SOURCE) for report in REPORTS])
    async with browsers(stack) as new:
        yield new


async def choose(user: DeskUser, facet: str, value: str) -> None:
    """Open a facet, and follow the link of one of its values."""
    await user.page.locator("summary", has_text=facet).first.click()
    async with user.page.expect_navigation():
        await user.page.get_by_role("link", name=re.compile(rf"^{value} \(\d+\)$")).first.click()


async def test_a_reader_searches_narrows_down_reads_a_failure_and_goes_on_to_a_similar_success(
    begin: Begin,
) -> None:
    user = await begin()
    await user.go("/")
    await user.can_be_used_by_everybody()
    await user.fill(q="compost boxes")
    await user.press("Search")
    results = user.page.locator("ol.results")
    await user.reads("Compost boxes in parks", on=user.page.url.removeprefix(user.site))
    assert "Compost boxes in courtyards" in await results.inner_text()
    await user.can_be_used_by_everybody()
    await choose(user, "How it went", "failed")
    assert "Compost boxes in parks" not in await results.inner_text()
    assert await user.page.locator("[name=q]").input_value() == "compost boxes"
    await choose(user, "Country", "Belgium")
    await user.follow("Compost boxes in courtyards")
    page = await user.page.inner_text("main")
    assert "Few came to the first evening." in page
    assert "such projects fail" in page
    await user.can_be_used_by_everybody()
    await user.follow("Compost boxes in parks")
    assert user.page.url.endswith("/ghent-compost/compost-boxes-in-parks")
    assert "succeeded" in await user.page.inner_text("main")
