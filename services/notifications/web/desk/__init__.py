"""The city's desk: pages for officials who are signed in. Each module has the ``ROUTES`` of its pages."""

from services.notifications.web.desk import (
    briefing,
    drafts,
    effect,
    evaluators,
    form_check,
    form_steps,
    forms,
    log,
    matches,
    moderation,
    peers,
    people,
    profile,
    questions,
    records,
    replies,
    searches,
    sessions,
    start,
)
from services.notifications.web.desk.request import DeskRoute

OF_THE_CITY = (
    start,
    records,
    drafts,
    forms,
    form_steps,
    form_check,
    log,
    matches,
    briefing,
    peers,
    people,
    profile,
    questions,
    replies,
    effect,
    evaluators,
    searches,
)
PAGES = (*OF_THE_CITY, sessions, moderation)
ROUTES: tuple[DeskRoute, ...] = tuple(route for pages in PAGES for route in pages.ROUTES)
