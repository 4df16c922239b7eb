"""The addresses in letters. Looking (GET) never changes anything; a POST with any body acts and answers 200.

A key in the address says who may do what, so there are no cookies, and no other site can act for a reader.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.notifications.domain.letters import Letter
from services.notifications.domain.tokens import delivery_of
from services.notifications.kinds.digest import Digest
from services.notifications.pages import cards, doors
from services.notifications.pages.desk import Desk
from services.notifications.pages.page import security_headers, show
from services.notifications.pages.visit import Visit
from services.notifications.sender import PATHS, Sender

Door = Callable[[Visit], Awaitable[str]]
DOORS: dict[str, Door] = {
    "scorecard": cards.scorecard_page,
    "shared": cards.shared,
    "talk": cards.talk,
    "preferences": doors.preferences,
    "unsubscribe": doors.unsubscribe,
    "feedback": doors.feedback,
    "confirm": doors.confirm,
    "introduce": doors.introduce,
    "outcome": doors.outcome,
    "sign_in": doors.sign_in,
}


def router(desk: Desk, sender: Sender) -> APIRouter:
    """The pages, one address for each thing a letter lets its reader do, and the way in without a letter."""
    routes = APIRouter(include_in_schema=False)
    for scope, door in DOORS.items():
        at = f"/{PATHS[scope]}/{{key}}"
        routes.add_api_route(at, _opened_by(scope, door, desk, sender), methods=["GET", "POST"])
    routes.add_api_route("/in", _way_in(desk), methods=["GET", "POST"])
    return routes


def _opened_by(scope: str, door: Door, desk: Desk, sender: Sender) -> Callable[..., Awaitable[HTMLResponse]]:
    async def enter(key: str, request: Request, item: int | None = None) -> HTMLResponse:
        delivery = delivery_of(sender.key, scope, key)
        letter = await desk.find_letter(delivery) if delivery else None
        if letter is None or _too_late(scope, letter):
            return _page(broken(request), 404)
        acts = request.method == "POST"
        try:
            if isinstance(letter, Digest) and item is not None:
                letter = letter.about(item)
            visit = Visit(desk, sender, letter, await _form(request), acts, item)
            return _page(await door(visit))
        except ValueError as error:
            return _page(broken(request, str(error)), 422)

    return enter


def _way_in(desk: Desk) -> Callable[..., Awaitable[HTMLResponse]]:
    async def enter(request: Request) -> HTMLResponse:
        form = await _form(request)
        acts = request.method == "POST"
        if acts and form.get("email"):
            await desk.send_way_in(form["email"][0])
        return _page(show("ask_sign_in", _wanted(request), done=acts))

    return enter


def broken(request: Request, detail: str = "") -> str:
    """The page for a key that opens nothing, in the language the browser asks for."""
    return show("button", _wanted(request), answer="broken", button=None, detail=detail)


def _too_late(scope: str, letter: Letter) -> bool:
    """Buttons that let somebody in or confirm work only for a while; unsubscribing always works."""
    limited = scope in {"confirm", "sign_in", "introduce"}
    return limited and letter.expires is not None and datetime.now(UTC) >= letter.expires


async def _form(request: Request) -> dict[str, list[str]]:
    """The fields of a form; any other body, or none, has no fields."""
    kind = request.headers.get("content-type", "")
    if not kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return {}
    fields = await request.form(max_files=0, max_fields=60)
    return {name: [str(value) for value in fields.getlist(name)] for name in fields}


def _wanted(request: Request) -> str:
    return request.headers.get("accept-language", "en").split(",")[0].split(";")[0].strip() or "en"


def _page(html: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(html, status, security_headers())
