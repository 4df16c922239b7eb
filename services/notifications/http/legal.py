"""Terms of use, privacy notice, accessibility statement and imprint: for everybody, without signing in."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.notifications.domain.legal import LegalName, LegalText
from services.notifications.http.answers import html
from services.notifications.http.forms import wanted_language
from services.notifications.web.rendering import PageRenderer


def router(
    find: Callable[[LegalName, str], LegalText], as_html: Callable[[str], str], renderer: PageRenderer
) -> APIRouter:
    """Return the pages ``/legal/…``; ``find`` gives a text for a reader's language, ``as_html`` safe HTML."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/legal/{name}")
    async def legal(request: Request, name: LegalName) -> Response:
        locale = wanted_language(request)
        text = find(name, locale)
        return html(renderer.show("legal", locale, text=text, body=as_html(text.text)))

    return routes
