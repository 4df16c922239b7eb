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

from services.notifications.adapters.mongo.officials import HolderChanged
from services.notifications.application.page_queries import PageQueries, StoredLetter
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.digest import DigestLetter
from services.notifications.domain.link_access import Closed, why_closed
from services.notifications.domain.link_tokens import delivery_of
from services.notifications.domain.officials import Official
from services.notifications.domain.sender import PATHS, Sender
from services.notifications.web import actions, forms, scorecard_pages
from services.notifications.web.page_session import OF_AN_ITEM, Page, PageSession, Translate, no_machine
from services.notifications.web.problems import PageProblem
from services.notifications.web.rendering import security_headers, show

LONGEST_ADDRESS = 254
MOST_FIELDS = 200
Door = Callable[[PageSession], Awaitable[Page]]
DOORS: dict[str, Door] = {
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


def router(desk: PageQueries, sender: Sender, translate: Translate = no_machine) -> APIRouter:
    """The pages, one address for each thing a letter lets its reader do, and the way in without a letter."""
    routes = APIRouter(include_in_schema=False)
    for scope, door in DOORS.items():
        at = f"/{PATHS[scope]}/{{key}}"
        routes.add_api_route(at, _opened_by(scope, door, desk, sender, translate), methods=["GET", "POST"])
    routes.add_api_route("/in", _way_in(desk), methods=["GET", "POST"])
    return routes


def _opened_by(
    scope: str, door: Door, desk: PageQueries, sender: Sender, translate: Translate
) -> Callable[..., Awaitable[HTMLResponse]]:
    async def enter(key: str, request: Request, item: str = "") -> HTMLResponse:
        delivery = delivery_of(sender.key, scope, key)
        found = await desk.find_delivery(delivery) if delivery else None
        if found is None:
            # A genuine key without a letter belongs to one that was deleted after its time.
            return _closed(PageProblem(Closed.EXPIRED if delivery else "broken"), _wanted(request))
        acts = request.method == "POST"
        try:
            official = await _holder(scope, found, desk)
            letter = _about(found.letter, item if scope in OF_AN_ITEM else "")
            visit = PageSession(desk, sender, letter, official, await _form(request), acts, item, translate)
            page = await door(visit)
        except PageProblem as problem:
            return _closed(problem, found.letter.locale, acts=acts)
        except HolderChanged:
            return _closed(PageProblem(Closed.HANDED_OVER), found.letter.locale)
        return _page(page.html, page.status)

    return enter


async def _holder(scope: str, found: StoredLetter, desk: PageQueries) -> Official:
    """Who holds the post, and is the person this letter was written to. Raises ``PageProblem`` otherwise."""
    official = await desk.find_official(found.letter.official)
    why = why_closed(scope, found.letter, found.since, official, datetime.now(UTC))
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


def _way_in(desk: PageQueries) -> Callable[..., Awaitable[HTMLResponse]]:
    async def enter(request: Request) -> HTMLResponse:
        form, wanted, acts = await _form(request), _wanted(request), request.method == "POST"
        email = next(iter(form.get("email", [])), "").strip()
        if not acts or not _could_be_address(email):
            errors = {"email": "address"} if acts else {}
            return _page(
                show("ask_sign_in", wanted, done=False, errors=errors, email=email), 422 if acts else 200
            )
        if not await desk.ask_way_in(email, client_of(request)):
            return _closed(PageProblem("too_many"), wanted)
        return _page(show("ask_sign_in", wanted, done=True, errors={}, email=""))

    return enter


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


def _closed(problem: PageProblem, locale: str, *, acts: bool = False) -> HTMLResponse:
    """The page for a key that opens nothing: why, and what to do.

    A mail program that unsubscribes for its reader must not be told of an error where nothing comes any more.
    """
    status = 200 if problem.reason == "stopped_with_post" else problem.status
    return _page(show("closed", locale, reason=str(problem.reason), acts=acts), status)


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
