"""The addresses in letters. Looking (GET) never changes anything; only a POST acts, whatever its body.

A key in the address says who may do what, so no cookie is read, and no other site can act for a reader. The
button of a sign-in link begins a session of the desk and sets its cookie.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.notifications.application.stored_models import StoredLetter
from services.notifications.domain.desk.sessions import desk_address
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.digest import DigestLetter
from services.notifications.domain.link_access import Closed, why_closed
from services.notifications.domain.link_tokens import delivery_of
from services.notifications.domain.official_changes import HolderChanged
from services.notifications.domain.officials import Official
from services.notifications.domain.sender import PATHS
from services.notifications.http.answers import answer, closed, html
from services.notifications.http.forms import client_of, read_form, refuse_other_sites, wanted_language
from services.notifications.web import actions, forms, question_page, scorecard_pages
from services.notifications.web.page_context import PageContext
from services.notifications.web.page_session import OF_AN_ITEM, Page, PageSession, Redirect
from services.notifications.web.problems import PageProblem
from services.notifications.web.rendering import security_headers

LONGEST_ADDRESS = 254


async def _question(session: PageSession) -> Page | Redirect:
    return await question_page.question(session, datetime.now(UTC))


Handler = Callable[[PageSession], Awaitable[Page | Redirect]]
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
    "question": _question,
    "sign_in": actions.sign_in,
}


def router(context: PageContext) -> APIRouter:
    """Return the pages, one address for each thing a letter lets its reader do, and the sign-in page."""
    routes = APIRouter(include_in_schema=False)
    for scope, handler in HANDLERS.items():
        path = f"/{PATHS[scope]}/{{key}}"
        routes.add_api_route(path, _letter_page(context, scope, handler), methods=["GET", "POST"])
    routes.add_api_route("/q/{key}/call.ics", _calendar_file(context), methods=["GET"])
    routes.add_api_route("/in", _sign_in_page(context), methods=["GET", "POST"])
    return routes


def _letter_page(context: PageContext, scope: str, handler: Handler) -> Callable[..., Awaitable[Response]]:
    async def respond(key: str, request: Request, item: str = "") -> Response:
        delivery = delivery_of(context.sender.key, scope, key)
        stored = await context.store.letters.find(delivery) if delivery else None
        if stored is None:
            # A genuine key without a letter belongs to one that was deleted after its time.
            problem = PageProblem(Closed.EXPIRED if delivery else "broken")
            return closed(context, problem, wanted_language(request))
        acts, locale = request.method == "POST", stored.letter.locale
        try:
            official = await _holder(context, scope, stored)
            letter = _about(stored.letter, item if scope in OF_AN_ITEM else "")
            if acts and scope == "sign_in":
                refuse_other_sites(request, context.sender.site)
            form, agent = await read_form(request), request.headers.get("user-agent", "")
            page = await handler(PageSession(context, letter, official, form, acts, item, agent))
        except PageProblem as problem:
            return closed(context, problem, locale, acts=acts)
        except HolderChanged:
            return closed(context, PageProblem(Closed.HANDED_OVER), locale)
        return await answer(context, request, page)

    return respond


def _calendar_file(context: PageContext) -> Callable[..., Awaitable[Response]]:
    """The calendar file of a letter about a call, while its record may be told of."""

    async def respond(key: str, request: Request) -> Response:
        delivery = delivery_of(context.sender.key, "question", key)
        stored = await context.store.letters.find(delivery) if delivery else None
        if stored is None:
            problem = PageProblem(Closed.EXPIRED if delivery else "broken")
            return closed(context, problem, wanted_language(request))
        letter = stored.letter
        try:
            await _holder(context, "question", stored)
        except PageProblem as problem:
            return closed(context, problem, letter.locale)
        hidden = await context.store.records.hidden(letter.tells_of, letter.city, datetime.now(UTC))
        file = context.letter_renderer.calendar_file(letter)
        if file is None or hidden:
            return closed(context, PageProblem("unpublished" if hidden else "not_asked"), letter.locale)
        headers = security_headers() | {"Content-Disposition": 'attachment; filename="call.ics"'}
        return Response(file, 200, headers, "text/calendar; charset=utf-8")

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


def _sign_in_page(context: PageContext) -> Callable[..., Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        form, locale, acts = await read_form(request), wanted_language(request), request.method == "POST"
        show, email = context.renderer.show, next(iter(form.get("email", [])), "").strip()
        # The form is sent to the address it was shown at, so that what is asked for next stays in it.
        asked = request.query_params
        after, has_kept_form = desk_address(asked.get("next", "")), asked.get("kept") == "yes"
        if not acts or not _could_be_address(email):
            errors = {"email": "address"} if acts else {}
            page = show("ask_sign_in", locale, done=False, errors=errors, email=email, kept=has_kept_form)
            return html(page, 422 if acts else 200)
        if not await context.sign_in.request(email, client_of(request), after):
            return closed(context, PageProblem("too_many"), locale)
        return html(show("ask_sign_in", locale, done=True, errors={}, email="", kept=has_kept_form))

    return respond


def _could_be_address(email: str) -> bool:
    local, at, domain = email.rpartition("@")
    return bool(local and at and domain) and len(email) <= LONGEST_ADDRESS and not re.search(r"\s", email)
