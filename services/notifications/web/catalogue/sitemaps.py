"""What search engines are told: every public page, and nothing of the desk and of letters."""

import asyncio

from services.notifications.domain.catalogue.query import PATH
from services.notifications.domain.catalogue.sitemaps import (
    MOST_IN_A_FILE,
    SITEMAP,
    SitemapLine,
    files_for,
    robots,
    sitemap,
    sitemap_index,
)
from services.notifications.domain.catalogue.slugs import solution_path
from services.notifications.domain.known_records import TIME_NOT_KNOWN
from services.notifications.web.catalogue.request import CatalogueDocument, CatalogueRequest, CatalogueRoute
from services.notifications.web.problems import PageProblem

CLOSED = (
    "/desk", "/moderation", "/in", "/s/", "/v/", "/t/", "/f/", "/o/", "/q/", "/u/", "/i/", "/p/", "/c/",
    "/v1/", "/metrics", "/health/",
)  # fmt: skip
"""Where a link is a key, or a page is for who is signed in."""
ALWAYS = ("/", PATH, "/topics")


async def index(request: CatalogueRequest) -> CatalogueDocument:
    """The files of addresses."""
    records = await request.context.store.public_records.count()
    site, files = request.context.sender.site, files_for(records)
    return CatalogueDocument(
        sitemap_index(f"{site}/sitemap-{number}.xml" for number in range(1, files + 1)), SITEMAP
    )


async def part(request: CatalogueRequest) -> CatalogueDocument:
    """One file of addresses. Raises ``PageProblem`` for one that is not there."""
    number = request.path["number"]
    place = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    records = request.context.store.public_records
    if not 0 < place <= files_for(await records.count()):
        raise PageProblem("not_there")
    listed = await records.listed((place - 1) * MOST_IN_A_FILE, MOST_IN_A_FILE, request.now.date())
    site = request.context.sender.site
    lines = [SitemapLine(f"{site}{path}") for path in ALWAYS if place == 1]
    lines += [
        SitemapLine(
            f"{site}{solution_path(one.id, one.title)}",
            None if one.recorded == TIME_NOT_KNOWN else one.recorded.date(),
        )
        for one in listed
    ]
    return CatalogueDocument(await asyncio.to_thread(sitemap, lines), SITEMAP)


async def robots_txt(request: CatalogueRequest) -> CatalogueDocument:
    """Where search engines read nothing."""
    return CatalogueDocument(robots(CLOSED, f"{request.context.sender.site}/sitemap.xml"), "text/plain")


ROUTES = (
    CatalogueRoute("/sitemap.xml", index, personal=False),
    CatalogueRoute("/sitemap-{number}.xml", part, personal=False),
    CatalogueRoute("/robots.txt", robots_txt, personal=False),
)
