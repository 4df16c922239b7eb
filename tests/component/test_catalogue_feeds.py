"""Feeds, sitemap and robots of the catalogue: what is new is in them, what is hidden leaves."""

import json
import re
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from services.notifications.domain.catalogue.feeds import ATOM_SPACE
from services.notifications.domain.catalogue.sitemaps import SITEMAP_SPACE
from services.notifications.web.catalogue.sitemaps import CLOSED
from tests.builders import NOW, YORK, a_failure, an_implementation, outcome_recorded
from tests.component import test_catalogue as public
from tests.component.desk import SITE
from tests.component.test_catalogue import HIDDEN, HUB, SECRET, SHOWN, SOLUTION, Catalogue
from tests.security.ways_out import DESK, PAGES

pytestmark = pytest.mark.component
catalogue = public.catalogue
NS = {"a": ATOM_SPACE, "s": SITEMAP_SPACE}
FEEDS = ("/solutions.atom", "/solutions.json")
FILES = (*FEEDS, "/sitemap-1.xml")


async def test_a_search_leads_to_its_feeds_and_these_have_its_filters(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    page = (await catalogue.reader.get("/solutions?q=night&outcome=failed&page=2&lang=en")).text
    for form, kind in (("atom", "application/atom+xml"), ("json", "application/feed+json")):
        address = f"/solutions.{form}?q=night&amp;outcome=failed&amp;sort=newest&amp;lang=en"
        assert f'<link rel="alternate" type="{kind}" href="{address}"' in page
        feed = await catalogue.reader.get(address.replace("&amp;", "&"))
        assert feed.headers["content-type"] == f"{kind}; charset=utf-8"
    asked = "/v1/catalogue?text=night&text_language=en&outcome=failed&sort=newest&skip=0&most=20"
    assert [address for address, _ in catalogue.scoring.asked][1:] == [asked, asked]


async def test_an_entry_has_a_lasting_id_and_every_attempt_and_is_as_new_as_the_newest(
    catalogue: Catalogue,
) -> None:
    await catalogue.save_hub()
    feed = Xml.fromstring((await catalogue.reader.get("/solutions.atom?lang=en")).text)
    before = hub_of(feed)
    later = NOW + timedelta(days=3)
    failed = an_implementation(city=YORK, outcome="failed", failure=a_failure(first_warning_sign="No keys"))
    event = outcome_recorded(implementation=failed, revision=2, recorded=later)
    await catalogue.desk.context.store.records.save_attempt(event)
    answer = await catalogue.reader.get("/solutions.atom?lang=en")
    root = Xml.fromstring(answer.text)
    after = hub_of(root)
    assert before.findtext("a:id", "", NS) == after.findtext("a:id", "", NS) == f"{SITE}/solutions/sol-1"
    assert after.findtext("a:updated", "", NS) == later.isoformat(timespec="seconds")
    assert root.findall("a:entry", NS)[0] is after
    assert "York</strong>: failed" in after.findtext("a:content", "", NS)
    assert "No keys" in after.findtext("a:content", "", NS)
    assert parsedate_to_datetime(answer.headers["last-modified"]) == later.replace(microsecond=0)
    items = (await catalogue.reader.get("/solutions.json?lang=en")).json()["items"]
    assert items[0]["url"] == f"{SITE}{SOLUTION}?lang=en"
    assert "No keys" in items[0]["content_html"]


def hub_of(feed: Xml.Element) -> Xml.Element:
    """The entry of the hub."""
    (hub,) = (one for one in feed.findall("a:entry", NS) if SECRET in one.findtext("a:title", "", NS))
    return hub


async def test_a_feed_is_asked_for_again_by_its_etag_and_never_by_its_date(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    for address in FILES:
        feed = await catalogue.reader.get(address)
        tag = feed.headers["etag"]
        assert (await catalogue.reader.get(address, headers={"if-none-match": tag})).status_code == 304
        assert feed.headers["cache-control"] == "public, no-cache"
        assert "set-cookie" not in feed.headers
    await catalogue.save_hub(revision=2, state="withdrawn")
    for address in FEEDS:
        since = {"if-modified-since": "Tue, 01 Dec 2099 00:00:00 GMT"}
        again = await catalogue.reader.get(address, headers=since)
        assert (again.status_code, SECRET in again.text) == (200, False)


@pytest.mark.parametrize("state", SHOWN)
async def test_what_is_public_is_in_every_file(catalogue: Catalogue, state: str) -> None:
    await catalogue.save_hub(**SHOWN[state])
    assert [one for one in FILES if told(await body(catalogue, one))] == [*FILES]


@pytest.mark.parametrize("state", HIDDEN)
async def test_what_is_hidden_is_in_no_file(catalogue: Catalogue, state: str) -> None:
    await catalogue.save_hub()
    await catalogue.save_hub(revision=2, **HIDDEN[state])
    assert [one for one in FILES if told(await body(catalogue, one))] == []


async def test_an_attempt_that_is_not_public_is_in_no_feed(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    failed = an_implementation(city=YORK, outcome="failed", failure=a_failure())
    hidden: Any = outcome_recorded(
        implementation=failed, revision=2, state="withdrawn", recorded=NOW + timedelta(days=9)
    )
    await catalogue.desk.context.store.records.save_attempt(hidden)
    for address in FEEDS:
        text = await body(catalogue, address)
        assert SECRET in text
        assert "York" not in text
        assert (NOW + timedelta(days=9)).date().isoformat() not in text


async def body(catalogue: Catalogue, address: str) -> str:
    """What is at an address."""
    answer = await catalogue.reader.get(address)
    assert answer.status_code == 200
    return answer.text


def told(text: str) -> bool:
    """Whether it tells of the hub, by its title or by its address."""
    return SECRET.casefold() in text.casefold()


async def test_while_scoring_is_away_a_feed_asks_to_come_again_and_does_not_say_that_all_is_gone(
    catalogue: Catalogue,
) -> None:
    catalogue.scoring.answers = {}
    for address in FEEDS:
        answer = await catalogue.reader.get(address)
        assert (answer.status_code, answer.text) == (503, "")
        assert int(answer.headers["retry-after"]) > 0
        assert answer.headers["cache-control"] == "no-store"


async def test_the_sitemap_names_files_and_these_name_pages_that_are_there(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    index = Xml.fromstring(await body(catalogue, "/sitemap.xml"))
    assert [one.text for one in index.findall("s:sitemap/s:loc", NS)] == [f"{SITE}/sitemap-1.xml"]
    pages = Xml.fromstring(await body(catalogue, "/sitemap-1.xml"))
    addresses = [str(one.text).removeprefix(SITE) for one in pages.findall("s:url/s:loc", NS)]
    assert addresses == ["/", "/solutions", "/topics", SOLUTION, "/solutions/sol%2F2/parcel-lockers"]
    for address in addresses:
        await body(catalogue, address)
    for address in ("/sitemap-0.xml", "/sitemap-2.xml", "/sitemap-x.xml", "/sitemap-99999999.xml"):
        assert (await catalogue.reader.get(address)).status_code == 404


async def test_robots_read_the_catalogue_and_no_link_that_is_a_key_and_no_page_of_the_desk(
    catalogue: Catalogue,
) -> None:
    text = await body(catalogue, "/robots.txt")
    assert text.endswith(f"Sitemap: {SITE}/sitemap.xml\n")
    closed = tuple(re.findall("Disallow: (.+)", text))
    assert closed == CLOSED
    private = [*DESK, *(f"/{page}/key" for page in PAGES), "/moderation/x", "/in"]
    assert [path for path in private if not path.startswith(closed)] == []
    assert not any("/solutions".startswith(path) for path in closed)


async def test_a_page_says_to_other_programs_what_it_is_without_a_script(catalogue: Catalogue) -> None:
    await catalogue.save_hub()
    text = (await catalogue.reader.get(f"{SOLUTION}?lang=en")).text
    assert f'<meta property="og:title" content="{HUB.title}">' in text
    assert f'<meta property="og:url" content="{SITE}{SOLUTION}">' in text
    assert 'itemtype="https://schema.org/Report"' in text
    assert f'itemprop="url" href="{SITE}{SOLUTION}"' in text
    assert "<script" not in text
    assert json.loads(await body(catalogue, "/solutions.json"))["language"] == "en"
