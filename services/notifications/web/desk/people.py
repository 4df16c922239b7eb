"""The posts of the city: who holds them, invitations, hand-overs, roles, posts that are given up."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

from services.notifications.domain.desk.permissions import Permission
from services.notifications.domain.desk.posts import (
    brought_back,
    changed_post,
    given_to,
    given_up,
    invited,
)
from services.notifications.domain.languages import LANGUAGES
from services.notifications.domain.officials import Official
from services.notifications.domain.preferences import Mistakes
from services.notifications.domain.vocabulary import ROLES
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page, Redirect
from services.notifications.web.problems import PageProblem

UNUSABLE = 422
PEOPLE = "/desk/people"


class Post(NamedTuple):
    """A post of the city, and all of them."""

    official: Official
    all: list[Official]


async def people(request: DeskRequest) -> Page:
    """All posts of the city."""
    return request.show("desk/people", posts=await _posts(request))


async def invite(request: DeskRequest) -> Page | Redirect:
    """Invite somebody to a post: the address is asked to confirm, and nothing is sent to it before."""
    posts, mistakes = await _posts(request), dict[str, str]()
    if request.acts:
        try:
            official = invited(_form(request), request.official, posts, LANGUAGES)
        except Mistakes as error:
            mistakes = error.fields
        else:
            await request.context.enrolment.enrol([official], "desk")
            return _to_post(official, "invited")
    values = request.form or {"locale": [request.official.locale.partition("-")[0]], "role": ["member"]}
    return _form_page(request, "desk/invite", mistakes, posts=posts, values=values)


async def post(request: DeskRequest) -> Page:
    """One post, and what can be done with it."""
    found = await _post(request)
    names = {official.id: official for official in found.all}
    return request.show(
        "desk/post", post=found.official, principal=names.get(found.official.stands_in_for or "")
    )


async def change(request: DeskRequest) -> Page | Redirect:
    """Title, role, departments, whom the post stands in for, and whether it looks after posts."""
    found, mistakes = await _post(request), dict[str, str]()
    if request.acts:
        try:
            after = changed_post(found.official, _form(request), found.all)
        except Mistakes as error:
            mistakes = error.fields
        else:
            if await request.context.enrolment.change(found.official, after):
                return _to_post(after, "saved")
            mistakes = {"administers": "last_administrator"}
    others = [official for official in found.all if official.id != found.official.id]
    values = request.form if request.acts or request.kept else _values(found.official)
    return _form_page(request, "desk/change_post", mistakes, post=found.official, posts=others, values=values)


async def hand_over(request: DeskRequest) -> Page | Redirect:
    """Give the post to somebody else, who confirms the address; the old holder is signed out at once."""
    found, mistakes = await _post(request), dict[str, str]()
    if request.acts:
        try:
            after = given_to(found.official, _form(request))
        except Mistakes as error:
            mistakes = error.fields
        else:
            if after is not None:
                await request.context.enrolment.hand_over(after.id, after.name, after.email)
                await request.context.sessions.end(after)
            return _to_post(found.official, "handed_over")
    return _form_page(request, "desk/hand_over", mistakes, post=found.official)


async def leave(request: DeskRequest) -> Page | Redirect:
    """Give a post up, or bring it back."""
    found, mistakes = await _post(request), dict[str, str]()
    if request.acts and request.field("action") == "back":
        await request.context.enrolment.bring_back(found.official, brought_back(found.official))
        return _to_post(found.official, "invited")
    if request.acts:
        try:
            after = given_up(found.official, found.all)
        except Mistakes as error:
            mistakes = error.fields
        else:
            if await request.context.enrolment.change(found.official, after):
                await request.context.sessions.end(after)
                return _to_post(after, "given_up")
            mistakes = {"left": "last_administrator"}
    return _form_page(request, "desk/leave", mistakes, post=found.official)


def _form_page(request: DeskRequest, template: str, mistakes: Mapping[str, str], **context: object) -> Page:
    status = UNUSABLE if mistakes else 200
    choices = {"languages": LANGUAGES, "roles": list(ROLES)}
    return request.show(template, status, mistakes=mistakes, **choices, **context)


async def _posts(request: DeskRequest) -> list[Official]:
    return await request.context.store.officials.all(request.official.city)


async def _post(request: DeskRequest) -> Post:
    """The post that the address names. Raises ``PageProblem`` where it is none of this city's."""
    posts = await _posts(request)
    for official in posts:
        if official.id == request.path["post"]:
            return Post(official, posts)
    raise PageProblem("not_there")


def _to_post(official: Official, done: str) -> Redirect:
    return Redirect(f"{PEOPLE}/post/{quote(official.id)}?done={done}")


def _form(request: DeskRequest) -> dict[str, str]:
    return {name: request.field(name) for name in request.form}


def _values(official: Official) -> dict[str, str]:
    return {
        "post": official.post,
        "role": official.role,
        "departments": "\n".join(official.departments),
        "stands_in_for": official.stands_in_for or "",
        "administers": "yes" if official.administers else "",
    }


ROUTES = tuple(
    DeskRoute(PEOPLE + path, handler, Permission.ADMINISTER)
    for path, handler in (
        ("", people),
        ("/new", invite),
        ("/post/{post:path}", post),
        ("/change/{post:path}", change),
        ("/hand-over/{post:path}", hand_over),
        ("/leave/{post:path}", leave),
    )
)
