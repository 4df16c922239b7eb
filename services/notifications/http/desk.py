"""The addresses of the desk. A session opens them, and a token in each form says that the form was ours."""

import hmac
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from services.notifications.application.desk_sessions import SignedIn
from services.notifications.domain.desk.permissions import Permission
from services.notifications.domain.desk.sessions import desk_address
from services.notifications.domain.link_access import Closed
from services.notifications.domain.official_changes import HolderChanged
from services.notifications.http.answers import answer, closed
from services.notifications.http.forms import read_form, refuse_other_sites, wanted_language
from services.notifications.http.session_cookie import session_cookie
from services.notifications.web.desk import ROUTES
from services.notifications.web.desk.context import DeskContext
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page, Redirect
from services.notifications.web.page_session import Printed
from services.notifications.web.problems import PageProblem
from services.notifications.web.rendering import security_headers

FRAME_FIELDS = frozenset({"csrf", "kept"})
"""Fields of forms and addresses that belong to the frame, not to a page."""


def router(context: DeskContext) -> APIRouter:
    """Return the pages of the desk."""
    routes = APIRouter(include_in_schema=False)
    for route in (*ROUTES, DeskRoute("/desk/{rest:path}", _not_there)):
        routes.add_api_route(route.path, _desk_page(context, route), methods=["GET", "POST"])
    return routes


async def _not_there(_: DeskRequest) -> Page:
    raise PageProblem("not_there")


def _desk_page(context: DeskContext, route: DeskRoute) -> Callable[..., Awaitable[Response]]:
    cookie = session_cookie(context.sender.site, context.sessions.limits)

    async def respond(request: Request) -> Response:
        now, locale = datetime.now(UTC), wanted_language(request)
        try:
            if request.method == "POST":
                refuse_other_sites(request, context.sender.site)
            signed_in = await context.sessions.find(cookie.read(request), now)
            if signed_in is None or not signed_in.open:
                return await _ask_to_sign_in(context, request, signed_in, now)
            locale = signed_in.official.locale
            desk_request = await _checked(context, request, signed_in, now)
            _refuse_without(desk_request, route.permission)
            return await _respond(context, request, desk_request, await route.handler(desk_request))
        except PageProblem as problem:
            return closed(context, problem, locale, acts=request.method == "POST")
        except HolderChanged:
            return closed(context, PageProblem(Closed.HANDED_OVER), locale)

    return respond


def _refuse_without(desk_request: DeskRequest, permission: Permission) -> None:
    if not desk_request.may(permission):
        raise PageProblem("not_allowed")


async def _ask_to_sign_in(
    context: DeskContext, request: Request, ended: SignedIn | None, now: datetime
) -> Response:
    """Lead to the sign-in page; what was sent with a session that had ended is kept for its official."""
    asks = {"next": _address(request)}
    if ended is not None and request.method == "POST":
        form = await read_form(request)
        if _is_ours(form, ended):
            fields = {name: values for name, values in form.items() if name not in FRAME_FIELDS}
            await context.sessions.keep_form(ended, _address(request), fields, now)
            asks["kept"] = "yes"
    return RedirectResponse(f"/in?{urlencode(asks)}", 303, security_headers())


async def _checked(context: DeskContext, request: Request, signed_in: SignedIn, now: datetime) -> DeskRequest:
    """Return the request as pages see it. Raises ``PageProblem`` where its form is not ours."""
    session, official, permissions, _ = signed_in
    form, acts, kept = await read_form(request), request.method == "POST", None
    if acts:
        if not _is_ours(form, signed_in):
            raise PageProblem("old_form")
        if not await context.sessions.allow(session, now):
            raise PageProblem("too_fast")
    elif key := request.query_params.get("kept"):
        kept = await context.sessions.kept_form(official, key, _address(request))
    fields = dict(kept.fields) if kept else {n: values for n, values in form.items() if n not in FRAME_FIELDS}
    return DeskRequest(
        context,
        official,
        session,
        acts,
        fields,
        {name: str(value) for name, value in request.path_params.items()},
        now,
        permissions,
        _address(request),
        kept is not None,
    )


async def _respond(
    context: DeskContext, request: Request, desk_request: DeskRequest, page: Page | Printed | Redirect
) -> Response:
    """Return the response; a form that was kept and is sent now is not kept any more."""
    key = request.query_params.get("kept")
    if desk_request.acts and isinstance(page, Redirect) and key:
        await context.sessions.forget_form(desk_request.official, key)
    return await answer(context, request, page)


def _is_ours(form: dict[str, list[str]], signed_in: SignedIn) -> bool:
    token = next(iter(form.get("csrf", [])), "")
    return hmac.compare_digest(token.encode(), signed_in.session.csrf.encode())


def _address(request: Request) -> str:
    """The path and query that were asked for, without the key of a kept form."""
    query = urlencode([(name, value) for name, value in request.query_params.multi_items() if name != "kept"])
    return desk_address(quote(request.scope["path"], safe="/:|") + (f"?{query}" if query else "")) or "/desk"
