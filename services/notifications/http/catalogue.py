"""The addresses of the public catalogue: without a session, and the same for everybody who asks alike."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from hashlib import blake2b

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import HTMLResponse, Response

from services.notifications.domain.languages import LANGUAGES
from services.notifications.http.answers import closed, pdf
from services.notifications.http.forms import wanted_language
from services.notifications.web.catalogue import ROUTES
from services.notifications.web.catalogue.context import CatalogueContext
from services.notifications.web.catalogue.request import CatalogueRequest, CatalogueRoute, Page, Printed
from services.notifications.web.problems import PageProblem
from services.notifications.web.rendering import security_headers

FRESH = "public, no-cache"
"""A cache may keep a page, and asks by its ETag before it shows it: what is hidden is hidden at once."""


def router(context: CatalogueContext) -> APIRouter:
    """Return the public pages."""
    routes = APIRouter(include_in_schema=False)
    for route in ROUTES:
        routes.add_api_route(route.path, _public_page(context, route), methods=["GET"])
    return routes


def _public_page(context: CatalogueContext, route: CatalogueRoute) -> Callable[..., Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        asked = request.query_params.get("lang", "")
        lang = asked if asked in LANGUAGES else ""
        locale = lang or wanted_language(request)
        catalogue_request = CatalogueRequest(
            context,
            dict(request.query_params),
            {name: str(value) for name, value in request.path_params.items()},
            locale,
            lang,
            datetime.now(UTC),
        )
        try:
            page = await route.handler(catalogue_request)
            if isinstance(page, Printed):
                return await _printed(context, request, page)
        except PageProblem as problem:
            return closed(context, problem, locale)
        if not isinstance(page, Page):
            return RedirectResponse(page.address, 301, security_headers() | {"Cache-Control": FRESH})
        return _cached(request, page)

    return respond


def _cached(request: Request, page: Page) -> Response:
    """The page with its ETag; 304 where the browser has it."""
    headers = _headers(page.html)
    if _is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return HTMLResponse(page.html, page.status, headers)


async def _printed(context: CatalogueContext, request: Request, page: Printed) -> Response:
    """The PDF with the ETag of what it is made from; nothing is made where the browser has it."""
    headers = _headers("".join(page.pages))
    if _is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return await pdf(context, page, headers)


def _headers(content: str) -> dict[str, str]:
    tag = f'"{blake2b(content.encode(), digest_size=12).hexdigest()}"'
    headers = security_headers() | {"Cache-Control": FRESH, "ETag": tag, "Vary": "Accept-Language"}
    del headers["X-Robots-Tag"]
    return headers


def _is_known(request: Request, tag: str) -> bool:
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    return tag in known
