"""The formats of feeds and sitemaps: what their specifications ask for, with texts of any kind."""

import json
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from services.notifications.domain.catalogue.feeds import (
    ATOM_SPACE,
    EMPTY_SINCE,
    Feed,
    FeedEntry,
    atom,
    json_feed,
)
from services.notifications.domain.catalogue.query import read_query
from services.notifications.domain.catalogue.sitemaps import (
    MOST_IN_A_FILE,
    SITEMAP_SPACE,
    SitemapLine,
    files_for,
    robots,
    sitemap,
    sitemap_index,
)
from services.notifications.domain.known_records import TIME_NOT_KNOWN

SITE = "https://share.example"
NS = {"a": ATOM_SPACE, "s": SITEMAP_SPACE}


def an_entry(number: int = 1, **changes: Any) -> FeedEntry:  # noqa: ANN401 - fields of the entry
    """One entry of a feed."""
    usual = FeedEntry(
        f"{SITE}/solutions/{number}", f"{SITE}/solutions/{number}/boxes", "Boxes", "fi",
        datetime(2026, 3, number, 12, 30, tzinfo=UTC), "Tampere", "<p>It worked.</p>",
    )  # fmt: skip
    return usual._replace(**changes)


def a_feed(*entries: FeedEntry) -> Feed:
    """A feed of these."""
    return Feed(
        "What cities tried", f"{SITE}/solutions?q=a&x=b", f"{SITE}/solutions.atom?q=a&x=b", "en", entries
    )


def test_atom_has_what_rfc_4287_asks_of_a_feed_and_of_each_entry() -> None:
    root = Xml.fromstring(atom(a_feed(an_entry(1), an_entry(2))))
    assert root.tag == f"{{{ATOM_SPACE}}}feed"
    for name in ("id", "title", "updated"):
        assert len(root.findall(f"a:{name}", NS)) == 1, name
    assert root.findtext("a:updated", "", NS) == "2026-03-02T12:30:00+00:00"
    links = {link.get("rel"): link.get("href") for link in root.findall("a:link", NS)}
    assert links == {"self": f"{SITE}/solutions.atom?q=a&x=b", "alternate": f"{SITE}/solutions?q=a&x=b"}
    entries = root.findall("a:entry", NS)
    assert len({entry.findtext("a:id", "", NS) for entry in entries}) == 2
    for entry in entries:
        for name in ("id", "title", "updated", "content", "author/a:name"):
            assert entry.findtext(f"a:{name}", "", NS), name
        assert [link.get("rel") for link in entry.findall("a:link", NS)] == ["alternate"]
        content = entry.find("a:content", NS)
        assert content is not None
        assert (content.get("type"), content.text) == ("html", "<p>It worked.</p>")


def test_json_feed_has_what_its_version_asks_for() -> None:
    feed = json.loads(json_feed(a_feed(an_entry())))
    assert (feed["version"], feed["title"]) == ("https://jsonfeed.org/version/1.1", "What cities tried")
    assert feed["feed_url"].startswith(f"{SITE}/solutions.")
    (item,) = feed["items"]
    assert item["id"] == f"{SITE}/solutions/1"
    assert item["content_html"] == "<p>It worked.</p>"
    assert item["date_modified"] == "2026-03-01T12:30:00+00:00"
    assert item["authors"] == [{"name": "Tampere"}]


@pytest.mark.parametrize(
    "text", ["a & b < c > \"d\" 'e'", "]]>", "bell \x07 end", "\ufffe", "夜間 🚚", "<script>"]
)
def test_any_text_of_a_city_can_be_in_a_feed(text: str) -> None:
    feed = a_feed(an_entry(title=text, city=text, html=text))
    shown = text.replace("\x07", "").replace("\ufffe", "")
    entry = Xml.fromstring(atom(feed)).find("a:entry", NS)
    assert entry is not None
    assert entry.findtext("a:title", None, NS) == shown
    assert json.loads(json_feed(feed))["items"][0]["title"] == text


def test_a_feed_without_entries_or_times_is_valid_and_has_the_first_time() -> None:
    assert Xml.fromstring(atom(a_feed())).findtext("a:updated", "", NS) == EMPTY_SINCE.isoformat()
    undated = Xml.fromstring(atom(a_feed(an_entry(updated=TIME_NOT_KNOWN))))
    assert undated.findtext("a:entry/a:updated", "", NS) == EMPTY_SINCE.isoformat()


def test_the_feed_of_a_search_has_its_filters_and_is_in_no_other_order_than_by_time() -> None:
    fields = {"q": "night", "outcome": "failed", "page": "4", "sort": "fit", "lang": "fi"}
    query = read_query(fields, ("en", "fi"), "3094802").as_feed()
    assert query.address == "/solutions?q=night&outcome=failed&sort=newest&lang=fi"
    assert (query.city, query.sorted_by) == ("", "newest")


def test_a_sitemap_names_each_page_with_its_day_where_that_is_known() -> None:
    root = Xml.fromstring(
        sitemap([SitemapLine(f"{SITE}/?a=1&b=2"), SitemapLine(f"{SITE}/x", date(2026, 3, 1))])
    )
    assert [one.text for one in root.findall("s:url/s:loc", NS)] == [f"{SITE}/?a=1&b=2", f"{SITE}/x"]
    assert [one.text for one in root.findall("s:url/s:lastmod", NS)] == ["2026-03-01"]
    index = Xml.fromstring(sitemap_index([f"{SITE}/sitemap-1.xml"]))
    assert index.findtext("s:sitemap/s:loc", "", NS) == f"{SITE}/sitemap-1.xml"


@pytest.mark.parametrize(
    ("pages", "files"), [(0, 1), (1, 1), (MOST_IN_A_FILE, 1), (MOST_IN_A_FILE + 1, 2), (100_000, 10)]
)
def test_there_are_as_many_files_as_the_pages_need(pages: int, files: int) -> None:
    assert files_for(pages) == files
    assert MOST_IN_A_FILE <= 50_000


def test_robots_are_told_what_is_closed_and_where_the_sitemap_is() -> None:
    assert robots(("/desk", "/in"), f"{SITE}/sitemap.xml") == (
        "User-agent: *\nDisallow: /desk\nDisallow: /in\n\nSitemap: https://share.example/sitemap.xml\n"
    )
