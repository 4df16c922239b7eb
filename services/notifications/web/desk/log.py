"""What an official was sent and why, what others sent about the city's records, and what is to be sent."""

from services.notifications.domain.letters import account
from services.notifications.web import forms
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page, Redirect
from services.notifications.web.page_session import PageSession, changes_at


async def log(request: DeskRequest) -> Page:
    """The letters to the official and what was not sent, with reasons; conflicts about the city's records."""
    context, official = request.context, request.official
    return request.show(
        "desk/log",
        lines=await context.log.of_official(official),
        conflicts=await context.conflicts.for_official(official),
        changes=await changes_at(context, official.id, official.locale),
    )


async def letters(request: DeskRequest) -> Page | Redirect:
    """How often letters come and what of: the same form as behind the link of a letter.

    Looking for a topic by name saves nothing.
    """
    official, context = request.official, request.context
    letter = account.write(official, "sign_in", request.now)
    frame = request.shown() | {"frame": "desk/layout.html", "mistakes": {}}
    acts = request.acts and request.field("action") != "find"
    page = await forms.preferences(
        PageSession(context, letter, official, dict(request.form), acts, frame=frame)
    )
    return Redirect("/desk/letters?done=saved") if acts and page.status == 200 else page


ROUTES = (DeskRoute("/desk/log", log), DeskRoute("/desk/letters", letters))
