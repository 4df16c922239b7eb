"""The city's desk: pages for officials who are signed in. Each module has the ``ROUTES`` of its pages."""

from services.notifications.web.desk import (
    drafts,
    form_check,
    form_steps,
    forms,
    log,
    matches,
    people,
    profile,
    records,
    sessions,
    start,
)
from services.notifications.web.desk.request import DeskRoute

PAGES = (start, records, drafts, forms, form_steps, form_check, sessions, log, matches, people, profile)
ROUTES: tuple[DeskRoute, ...] = tuple(route for pages in PAGES for route in pages.ROUTES)
