"""Where an official is signed in, and signing out."""

from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page, Redirect


async def sessions(request: DeskRequest) -> Page | Redirect:
    """The sessions of the official; one can be ended, or all of them."""
    begun, official = request.context.sessions, request.official
    if request.acts and request.field("all"):
        await begun.end(official)
        return Redirect("/in", token="")
    if request.acts and (session := request.field("session")):
        await begun.end(official, session)
        return Redirect("/desk/sessions?done=session_ended")
    return request.show("desk/sessions", sessions=await begun.of_official(official, request.now))


async def out(request: DeskRequest) -> Page | Redirect:
    """Sign out in this browser."""
    return Redirect("/in", token="") if request.acts else request.show("desk/out")


ROUTES = (DeskRoute("/desk/sessions", sessions), DeskRoute("/desk/out", out))
