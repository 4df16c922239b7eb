"""What search engines are told: the addresses of pages (sitemaps.org), and where nothing is to be read."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple
from xml.etree import ElementTree as Xml

SITEMAP: Final = "application/xml"
SITEMAP_SPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_IN_A_FILE: Final = 10_000
"""The protocol allows 50,000; a file of these is made in a fraction of a second."""
HEAD: Final = '<?xml version="1.0" encoding="utf-8"?>\n'


class SitemapLine(NamedTuple):
    """One page, and the day it changed where that is known."""

    address: str
    changed: date | None = None


def sitemap(lines: Iterable[SitemapLine]) -> str:
    """Return one file of addresses."""
    root = Xml.Element("urlset", {"xmlns": SITEMAP_SPACE})
    for line in lines:
        one = Xml.SubElement(root, "url")
        Xml.SubElement(one, "loc").text = line.address
        if line.changed is not None:
            Xml.SubElement(one, "lastmod").text = line.changed.isoformat()
    return HEAD + Xml.tostring(root, "unicode")


def sitemap_index(addresses: Iterable[str]) -> str:
    """Return the file that names the files of addresses."""
    root = Xml.Element("sitemapindex", {"xmlns": SITEMAP_SPACE})
    for address in addresses:
        Xml.SubElement(Xml.SubElement(root, "sitemap"), "loc").text = address
    return HEAD + Xml.tostring(root, "unicode")


def files_for(pages: int) -> int:
    """Return how many files ``pages`` addresses need; at least one."""
    return max(1, -(-pages // MOST_IN_A_FILE))


def robots(closed: Sequence[str], site_map: str) -> str:
    """Return ``robots.txt``: all but the addresses that begin with one of ``closed``."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "", f"Sitemap: {site_map}"]
    return "\n".join(lines) + "\n"
