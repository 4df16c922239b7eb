"""A match of the city, also where no letter told the reader of it."""

from services.notifications.domain.letters import account
from services.notifications.web import scorecard_pages
from services.notifications.web.desk.addresses import own_briefing_address, page_of
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page
from services.notifications.web.page_session import PageSession
from services.notifications.web.problems import PageProblem

MATCHES = "/desk/matches"


def match_address(solution: str) -> str:
    """Return the address of the city's match with a solution; its id may have any sign in it."""
    return page_of(MATCHES, solution)


async def match(request: DeskRequest) -> Page:
    """The scorecard of a solution that fits a need of the city, to look at.

    Raises ``PageProblem`` where there is none, or where it may not be told of.
    """
    context, official, solution = request.context, request.official, request.path["solution"]
    card = await context.match_cards.find(solution, official.city)
    if card is None:
        raise PageProblem("not_there")
    need = f"need|{card.match.need}"
    if await context.store.records.hidden([need], official.city, request.now):
        raise PageProblem("not_there")
    letter = account.write(official, "sign_in", request.now).model_copy(update={"solution": solution})
    frame = request.shown() | {
        "frame": "desk/layout.html",
        "briefing_link": own_briefing_address(solution),
    }
    session = PageSession(context, letter, official, {}, acts=False, frame=frame)
    return await scorecard_pages.match(session, card)


ROUTES = (DeskRoute(f"{MATCHES}/{{solution:path}}", match),)
