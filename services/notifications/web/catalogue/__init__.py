"""The public catalogue: pages for everybody. Each module has the ``ROUTES`` of its pages."""

from services.notifications.web.catalogue import (
    briefing,
    cities,
    compare,
    feeds,
    front,
    search,
    sitemaps,
    solution,
    topics,
)
from services.notifications.web.catalogue.request import CatalogueRoute

ROUTES: tuple[CatalogueRoute, ...] = (
    *front.ROUTES,
    *search.ROUTES,
    *compare.ROUTES,
    *topics.ROUTES,
    *cities.ROUTES,
    *feeds.ROUTES,
    *sitemaps.ROUTES,
    *briefing.ROUTES,
    *solution.ROUTES,
)
