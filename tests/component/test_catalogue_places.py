"""The map of results, and the pages of cities and topics: what was tried, what failed, whom to ask."""

import re
from typing import Any

import pytest

from tests.builders import TAMPERE, YORK, a_failure, an_implementation, outcome_recorded
from tests.component import test_catalogue as public
from tests.component.test_catalogue import CATALOGUE, HIDDEN, SECRET, SHOWN, SOLUTION, Catalogue
from tests.unit.notifications.browser import browser

pytestmark = pytest.mark.component
catalogue = public.catalogue
COUNTRIES = {
    "facet": "country",
    "values": [{"value": "FI", "solutions": 30}, {"value": "ES", "solutions": 15}],
}
TAMPERE_PAGE, YORK_PAGE, TOPIC = f"/cities/{TAMPERE}", f"/cities/{YORK}", "/topics/CPV:63"


def with_countries(catalogue: Catalogue) -> None:
    """Let scoring count countries, too."""
    found: dict[str, Any] = {**CATALOGUE, "facets": [*CATALOGUE["facets"], COUNTRIES]}
    catalogue.scoring.answers["/v1/catalogue"] = found


async def read(catalogue: Catalogue, address: str) -> str:
    """The text of a page, in English."""
    page = await catalogue.reader.get(address, headers={"accept-language": "en"})
    assert page.status_code == 200, address
    assert page.headers["cache-control"] == "public, no-cache"
    return page.text


async def test_results_have_a_map_and_the_same_as_a_list_of_links(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    assert '<svg class="map"' not in await read(catalogue, "/solutions")
    with_countries(catalogue)
    page = await catalogue.reader.get("/solutions?q=night&lang=en")
    text = page.text
    assert re.findall(r"<title>([^<]+)</title></circle>", text) == ["Finland: 30", "Spain: 15"]
    assert re.search(r'<svg class="map"[^>]* role="img" aria-label="A map of the results', text)
    assert re.search(r'href="/solutions\?q=night&amp;country=ES&amp;lang=en"[^>]*>Spain <small>\(15\)', text)
    assert len(page.content) < 60_000


async def test_the_page_of_a_city_has_failures_first_and_whom_to_ask(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    york = await read(catalogue, YORK_PAGE)
    assert "What failed or was stopped" in york
    assert f"{SECRET} at night" in york
    assert "Empty vans" in york
    assert "What worked" not in york
    tampere = await read(catalogue, TAMPERE_PAGE)
    assert "What worked" in tampere
    assert f'href="{SOLUTION}"' in tampere
    assert f'href="/cities/{TAMPERE}"' in await read(catalogue, SOLUTION)


@pytest.mark.parametrize("state", HIDDEN)
async def test_the_page_of_a_city_tells_nothing_that_is_hidden_and_without_anything_is_not_there(
    catalogue: Catalogue, state: str
) -> None:
    await catalogue.save_hub(**HIDDEN[state])
    for address in (TAMPERE_PAGE, YORK_PAGE):
        hidden, unknown = [await catalogue.reader.get(one) for one in (address, "/cities/none")]
        assert (hidden.status_code, hidden.text) == (404, unknown.text)


@pytest.mark.parametrize("state", SHOWN)
async def test_the_page_of_a_city_tells_what_is_public(catalogue: Catalogue, state: str) -> None:
    await catalogue.save_hub(**SHOWN[state])
    assert SECRET in await read(catalogue, TAMPERE_PAGE)
    assert SECRET in await read(catalogue, YORK_PAGE)


async def test_an_attempt_that_is_not_public_is_not_on_the_page_of_its_city(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    failed = an_implementation(city=YORK, outcome="failed", failure=a_failure())
    event = outcome_recorded(implementation=failed, revision=2, state="withdrawn")
    await catalogue.desk.context.store.records.save_attempt(event)
    assert (await catalogue.reader.get(YORK_PAGE)).status_code == 404


async def test_the_page_of_a_topic_has_both_sides_and_leads_to_what_is_within(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    text = await read(catalogue, TOPIC)
    one = "/v1/catalogue?topic=CPV%3A63&sort=newest&skip=0&most=20"
    sides = [one.replace("&sort", f"&outcome={outcome}&sort") for outcome in ("failed", "succeeded")]
    assert {address for address, _ in catalogue.scoring.asked} == {one, *sides}
    assert text.index("What failed or was stopped") < text.index("What worked")
    assert SECRET in text
    index = await read(catalogue, "/topics")
    assert 'href="/topics/CPV:63"' in index
    assert "(45)" in index
    again = await read(catalogue, "/topics/CPV:63000000-9")
    assert again == text


@pytest.mark.parametrize("state", HIDDEN)
async def test_the_page_of_a_topic_tells_nothing_that_is_hidden(catalogue: Catalogue, state: str) -> None:
    await catalogue.save_hub(**HIDDEN[state])
    assert SECRET not in await read(catalogue, TOPIC)


async def test_what_is_no_topic_or_has_nothing_is_not_there_and_without_scoring_it_is_said(
    catalogue: Catalogue,
) -> None:
    assert (await catalogue.reader.get("/topics/x")).status_code == 404
    catalogue.scoring.answers["/v1/catalogue"] = {**CATALOGUE, "total": 0, "solutions": [], "facets": []}
    assert (await catalogue.reader.get("/topics/CPV:99")).status_code == 404
    catalogue.scoring.answers = {}
    assert "cannot be reached" in await read(catalogue, TOPIC)


async def test_these_pages_can_be_read_by_everybody_on_a_phone_and_in_the_dark(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    with_countries(catalogue)
    addresses = ("/solutions?lang=en", TAMPERE_PAGE, YORK_PAGE, TOPIC, "/topics")
    pages = {address: await read(catalogue, address) for address in addresses}
    with browser() as opened:
        for address, page in pages.items():
            for scheme, width in (("dark", 320), ("light", 1000)):
                opened.show(page, width, scheme)  # type: ignore[arg-type]
                assert opened.violations() == [], address
                assert not opened.overflows(), address
