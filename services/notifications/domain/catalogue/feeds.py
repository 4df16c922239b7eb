"""The feed of a search in its two formats: Atom (RFC 4287) and JSON Feed 1.1."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from xml.etree import ElementTree as Xml

ATOM: Final = "application/atom+xml"
JSON_FEED: Final = "application/feed+json"
ATOM_SPACE: Final = "http://www.w3.org/2005/Atom"
LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
JSON_VERSION: Final = "https://jsonfeed.org/version/1.1"
EMPTY_SINCE: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries changed, which the formats ask for."""
NOT_IN_XML: Final = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class FeedEntry(NamedTuple):
    """One solution: ``identity`` stays when its title and so its address change. ``html`` is its content."""

    identity: str
    address: str
    title: str
    language: str
    updated: datetime
    city: str
    html: str


class Feed(NamedTuple):
    """A feed: ``address`` is that of the page with the same search, ``own`` that of the feed itself."""

    title: str
    address: str
    own: str
    language: str
    entries: Sequence[FeedEntry]

    @property
    def updated(self) -> datetime:
        """When the entry that changed last did so."""
        return max((entry.updated for entry in self.entries), default=EMPTY_SINCE)


def atom(feed: Feed) -> str:
    """Return the feed as Atom."""
    root = Xml.Element("feed", {"xmlns": ATOM_SPACE, LANGUAGE: feed.language})
    _put(root, "id", feed.own)
    _put(root, "title", feed.title)
    _put(root, "updated", _time(feed.updated))
    Xml.SubElement(root, "link", {"rel": "self", "type": ATOM, "href": feed.own})
    Xml.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.address})
    for entry in feed.entries:
        one = Xml.SubElement(root, "entry", {LANGUAGE: entry.language})
        _put(one, "id", entry.identity)
        _put(one, "title", entry.title)
        _put(one, "updated", _time(entry.updated))
        _put(Xml.SubElement(one, "author"), "name", entry.city)
        Xml.SubElement(one, "link", {"rel": "alternate", "type": "text/html", "href": entry.address})
        _put(one, "content", entry.html, type="html")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, "unicode")


def json_feed(feed: Feed) -> str:
    """Return the feed as JSON Feed."""
    items: list[dict[str, Any]] = [
        {
            "id": entry.identity,
            "url": entry.address,
            "title": entry.title,
            "content_html": entry.html,
            "date_modified": _time(entry.updated),
            "authors": [{"name": entry.city}],
            "language": entry.language,
        }
        for entry in feed.entries
    ]
    about = {
        "version": JSON_VERSION,
        "title": feed.title,
        "home_page_url": feed.address,
        "feed_url": feed.own,
        "language": feed.language,
        "items": items,
    }
    return json.dumps(about, ensure_ascii=False)


def _put(parent: Xml.Element, name: str, text: str, **attributes: str) -> None:
    Xml.SubElement(parent, name, attributes).text = NOT_IN_XML.sub("", text)


def _time(when: datetime) -> str:
    """A time as both formats write it (RFC 3339); a record that was stored without one has the first."""
    return max(when, EMPTY_SINCE).astimezone(UTC).isoformat(timespec="seconds")
