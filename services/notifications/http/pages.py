"""The addresses in letters. Looking (GET) never changes anything; only a POST acts, whatever its body.

A key in the address says who may do what, so there are no cookies, and no other site can act for a reader.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import ImmutableMultiDict

from services.notifications.application.stored_models import StoredLetter
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.digest import DigestLetter
from services.notifications.domain.link_access import Closed, why_closed
from services.notifications.domain.link_tokens import delivery_of
from services.notifications.domain.official_changes import HolderChanged
from services.notifications.domain.officials import Official
from services.notifications.domain.sender import PATHS
from services.notifications.web import actions, forms, scorecard_pages
from services.notifications.web.page_context import PageContext
from services.notifications.web.page_session import OF_AN_ITEM, Page, PageSession
from services.notifications.web.problems import PageProblem
from services.notifications.web.rendering import security_headers

LONGEST_ADDRESS = 254
MOST_FIELDS = 200
Handler = Callable[[PageSession], Awaitable[Page]]
HANDLERS: dict[str, Handler] = {
    "scorecard": scorecard_pages.scorecard_page,
    "shared": scorecard_pages.shared,
    "talk": forms.talk,
    "preferences": forms.preferences,
    "unsubscribe": actions.unsubscribe,
    "feedback": forms.feedback,
    "confirm": actions.confirm,
    "introduce": actions.introduce,
    "outcome": forms.outcome,
    "sign_in": actions.sign_in,
}


def router(context: PageContext) -> APIRouter:
    """Return the pages, one address for each thing a letter lets its reader do, and the sign-in page."""
    routes = APIRouter(include_in_schema=False)
    for scope, handler in HANDLERS.items():
        path = f"/{PATHS[scope]}/{{key}}"
        routes.add_api_route(path, _letter_page(context, scope, handler), methods=["GET", "POST"])
    routes.add_api_route("/in", _sign_in_page(context), methods=["GET", "POST"])
    return routes


def _letter_page(
    context: PageContext, scope: str, handler: Handler
) -> Callable[..., Awaitable[HTMLResponse]]:
    async def respond(key: str, request: Request, item: str = "") -> HTMLResponse:
        delivery = delivery_of(context.sender.key, scope, key)
        stored = await context.store.letters.find(delivery) if delivery else None
        if stored is None:
            # A genuine key without a letter belongs to one that was deleted after its time.
            problem = PageProblem(Closed.EXPIRED if delivery else "broken")
            return _closed(context, problem, _wanted(request))
        acts, locale = request.method == "POST", stored.letter.locale
        try:
            official = await _holder(context, scope, stored)
            letter = _about(stored.letter, item if scope in OF_AN_ITEM else "")
            page = await handler(PageSession(context, letter, official, await _form(request), acts, item))
        except PageProblem as problem:
            return _closed(context, problem, locale, acts=acts)
        except HolderChanged:
            return _closed(context, PageProblem(Closed.HANDED_OVER), locale)
        return _page(page.html, page.status)

    return respond


async def _holder(context: PageContext, scope: str, stored: StoredLetter) -> Official:
    """Who holds the post, and is the person this letter was written to. Raises ``PageProblem`` otherwise."""
    official = await context.store.officials.find(stored.letter.official)
    why = why_closed(scope, stored.letter, stored.since, official, datetime.now(UTC))
    if scope == "unsubscribe" and why is not None:
        raise PageProblem("stopped_with_post")
    if why is not None or official is None:
        raise PageProblem(why or Closed.LEFT)
    return official


def _about(letter: Letter, item: str) -> Letter:
    """The letter, or one item of a digest as if it were about that alone."""
    if not item or not isinstance(letter, DigestLetter):
        return letter
    try:
        return letter.about(int(item))
    except ValueError:
        raise PageProblem("broken") from None


def _sign_in_page(context: PageContext) -> Callable[..., Awaitable[HTMLResponse]]:
    async def respond(request: Request) -> HTMLResponse:
        form, locale, acts = await _form(request), _wanted(request), request.method == "POST"
        show, email = context.renderer.show, next(iter(form.get("email", [])), "").strip()
        if not acts or not _could_be_address(email):
            errors = {"email": "address"} if acts else {}
            page = show("ask_sign_in", locale, done=False, errors=errors, email=email)
            return _page(page, 422 if acts else 200)
        if not await context.sign_in.request(email, client_of(request)):
            return _closed(context, PageProblem("too_many"), locale)
        return _page(show("ask_sign_in", locale, done=True, errors={}, email=""))

    return respond


def client_of(request: Request) -> str:
    """Who asks, for limits: an IPv4 address, or the /64 network that one IPv6 connection has to itself."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else host


def _could_be_address(email: str) -> bool:
    local, at, domain = email.rpartition("@")
    return bool(local and at and domain) and len(email) <= LONGEST_ADDRESS and not re.search(r"\s", email)


def _closed(context: PageContext, problem: PageProblem, locale: str, *, acts: bool = False) -> HTMLResponse:
    """The page for a key that opens nothing: why, and what to do.

    A mail program that unsubscribes for its reader must not be told of an error where nothing comes any more.
    """
    status = 200 if problem.reason == "stopped_with_post" else problem.status
    page = context.renderer.show("closed", locale, reason=str(problem.reason), acts=acts)
    return _page(page, status)


async def _form(request: Request) -> dict[str, list[str]]:
    """The fields of a form, in the body or in the address; any other body, or none, has no fields."""
    kind = request.headers.get("content-type", "")
    if request.method == "GET":
        return _fields(request.query_params)
    if not kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return {}
    return _fields(await request.form(max_files=0, max_fields=MOST_FIELDS))


def _fields(given: ImmutableMultiDict[str, Any]) -> dict[str, list[str]]:
    return {name: [str(value) for value in given.getlist(name)] for name in given}


def _wanted(request: Request) -> str:
    return request.headers.get("accept-language", "en").split(",")[0].split(";")[0].strip() or "en"


def _page(html: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(html, status, security_headers())
