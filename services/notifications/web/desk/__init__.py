"""The city's desk: pages for officials who are signed in. Each module has the ``ROUTES`` of its pages."""

from services.notifications.web.desk import drafts, records, start
from services.notifications.web.desk.request import DeskRoute

ROUTES: tuple[DeskRoute, ...] = (*start.ROUTES, *records.ROUTES, *drafts.ROUTES)
