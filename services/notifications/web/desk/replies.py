"""The right of reply: a city that a failure names says what it has to say, beside the record."""

from services.notifications.application.replies_to_failures import FailurePage
from services.notifications.domain.desk.permissions import Permission
from services.notifications.domain.desk.replies import LONGEST, kinds, reply_to
from services.notifications.web.desk.addresses import REPLY, reply_address
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page, Redirect
from services.notifications.web.problems import PageProblem


async def reply(request: DeskRequest) -> Page | Redirect:
    """What failed, what others named in it said, what became of our replies, and the form."""
    context, official = request.context, request.official
    page = await context.replies.find(request.path["attempt"], official, request.now)
    if page is None:
        raise PageProblem("not_there")
    mistakes = _mistakes(request, page) if request.acts else {}
    if request.acts and not mistakes:
        await request.publish(reply_to(page.attempt, official, request.field("kind"), request.field("text")))
        return Redirect(f"{reply_address(request.path['attempt'])}?done=replied")
    return request.show(
        "desk/reply",
        422 if mistakes else 200,
        page=page,
        kinds=kinds(official, page.attempt),
        mistakes=mistakes,
        may_send=request.may(Permission.SEND),
    )


def _mistakes(request: DeskRequest, page: FailurePage) -> dict[str, str]:
    mistakes: dict[str, str] = {}
    if request.field("kind") not in kinds(request.official, page.attempt):
        mistakes["kind"] = "choose"
    text = request.field("text")
    if not text or len(text) > LONGEST:
        mistakes["text"] = "too_long" if text else "say_something"
    return mistakes


ROUTES = (DeskRoute(REPLY + "/{attempt:path}", reply, Permission.SEND),)
