"""The public catalogue: pages for everybody. Each module has the ``ROUTES`` of its pages."""

from services.notifications.web.catalogue import briefing, front, search, solution
from services.notifications.web.catalogue.request import CatalogueRoute

ROUTES: tuple[CatalogueRoute, ...] = (*front.ROUTES, *search.ROUTES, *briefing.ROUTES, *solution.ROUTES)
