"""The city's desk: pages for officials who are signed in. Each module has the ``ROUTES`` of its pages."""

from services.notifications.web.desk import start
from services.notifications.web.desk.request import DeskRoute

ROUTES: tuple[DeskRoute, ...] = (*start.ROUTES,)
