"""The addresses of the public catalogue: the same for everybody who asks alike without a session.

Who is signed in at the desk is shown what only that city is told. Such a page is stored nowhere.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import blake2b

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import HTMLResponse, Response

from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.officials import Official
from services.notifications.http.answers import closed, pdf
from services.notifications.http.forms import wanted_language
from services.notifications.http.session_cookie import session_cookie
from services.notifications.web.catalogue import ROUTES
from services.notifications.web.catalogue.context import CatalogueContext
from services.notifications.web.catalogue.request import (
    CatalogueDocument,
    CatalogueRequest,
    CatalogueRoute,
    Page,
    Printed,
    Redirect,
)
from services.notifications.web.problems import PageProblem
from services.notifications.web.rendering import security_headers

FRESH = "public, no-cache"
"""A cache may keep a page, and asks by its ETag before it shows it: what is hidden is hidden at once."""


PERSONAL = "private, no-store"
VARY = "Accept-Language, Cookie"


def router(context: CatalogueContext) -> APIRouter:
    """Return the public pages."""
    routes = APIRouter(include_in_schema=False)
    for route in ROUTES:
        routes.add_api_route(route.path, _public_page(context, route), methods=["GET"])
    return routes


def _public_page(context: CatalogueContext, route: CatalogueRoute) -> Callable[..., Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        asked, now = request.query_params.get("lang", ""), datetime.now(UTC)
        official = await _signed_in(context, request, now) if route.personal else None
        lang = asked if asked in LANGUAGES else ""
        locale = lang or (official.locale if official else wanted_language(request))
        catalogue_request = CatalogueRequest(
            context,
            dict(request.query_params),
            {name: str(value) for name, value in request.path_params.items()},
            locale,
            lang,
            now,
            official,
            tuple(request.query_params.multi_items()),
        )
        try:
            page = await route.handler(catalogue_request)
            if isinstance(page, Printed):
                return await _printed(context, request, page)
        except PageProblem as problem:
            return closed(context, problem, locale)
        if isinstance(page, Redirect):
            return RedirectResponse(page.address, 301, security_headers() | {"Cache-Control": FRESH})
        if isinstance(page, CatalogueDocument):
            return _document(request, page)
        return _personal(page) if official else _cached(request, page.html, page.status, "text/html")

    return respond


async def _signed_in(context: CatalogueContext, request: Request, now: datetime) -> Official | None:
    """Who has an open session at the desk; the store is asked only for a cookie."""
    cookie = session_cookie(context.sender.site, context.sessions.limits).read(request)
    found = await context.sessions.find(cookie, now) if cookie else None
    return found.official if found is not None and found.open else None


def _personal(page: Page) -> Response:
    return HTMLResponse(
        page.html, page.status, security_headers() | {"Cache-Control": PERSONAL, "Vary": VARY}
    )


def _document(request: Request, document: CatalogueDocument) -> Response:
    """A document as pages are cached; what cannot be made just now is stored nowhere.

    ``Last-Modified`` informs. Only the ETag says that nothing changed: an entry that was hidden leaves no
    date behind.
    """
    if document.retry_after is not None:
        return Response(
            status_code=document.status,
            headers=security_headers() | {"Retry-After": str(document.retry_after)},
        )
    response = _cached(request, document.text, document.status, document.media_type)
    if document.changed is not None:
        response.headers["Last-Modified"] = format_datetime(document.changed.astimezone(UTC), usegmt=True)
    return response


def _cached(request: Request, text: str, status: int, media_type: str) -> Response:
    """The text with its ETag; 304 where the browser has it."""
    headers = _headers(text)
    if _is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(text, status, headers, f"{media_type}; charset=utf-8")


async def _printed(context: CatalogueContext, request: Request, page: Printed) -> Response:
    """The PDF with the ETag of what it is made from; nothing is made where the browser has it."""
    headers = _headers("".join(page.pages))
    if _is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return await pdf(context, page, headers)


def _headers(content: str) -> dict[str, str]:
    tag = f'"{blake2b(content.encode(), digest_size=12).hexdigest()}"'
    headers = security_headers() | {"Cache-Control": FRESH, "ETag": tag, "Vary": VARY}
    del headers["X-Robots-Tag"]
    return headers


def _is_known(request: Request, tag: str) -> bool:
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    return tag in known
