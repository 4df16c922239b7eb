"""The briefing of a solution for the official's own city; where it has no match, the one for everybody."""

from services.notifications.application.stored_models import MatchCard
from services.notifications.web.briefing import BriefingPage
from services.notifications.web.catalogue.request import briefing_address, lasting_address
from services.notifications.web.desk.addresses import BRIEFING, BRIEFING_PDF, own_briefing_address
from services.notifications.web.desk.request import DeskRequest, DeskRoute, Page, Redirect
from services.notifications.web.page_session import Printed
from services.notifications.web.problems import PageProblem
from shared.facts import Solution


async def briefing(request: DeskRequest) -> Page | Redirect:
    """The page."""
    card = await _card(request)
    if card is None:
        return Redirect(briefing_address(await _public(request), request.official.locale))
    page = _page(request, card)
    shown = request.shown() | page.shown()
    solution = card.brief.solution.id
    shown |= {"pdf_address": own_briefing_address(solution, BRIEFING_PDF)}
    renderer, official = request.context.renderer, request.official
    return Page(renderer.page("desk/briefing", official.locale, official.timezone, shown, page.speaker()))


async def briefing_pdf(request: DeskRequest) -> Printed | Redirect:
    """The same as PDF."""
    card = await _card(request)
    if card is None:
        return Redirect(briefing_address(await _public(request), request.official.locale, "briefing.pdf"))
    return _page(request, card).printed()


def _page(request: DeskRequest, card: MatchCard) -> BriefingPage:
    context, solution = request.context, card.brief.solution
    return BriefingPage(
        context.renderer,
        request.official.speaks(),
        context.sender.site,
        lasting_address(solution),
        card.brief,
        card.match.assessment,
        card.match,
    )


async def _card(request: DeskRequest) -> MatchCard | None:
    """The city's match; None where there is none, or its need may not be told of."""
    context, city = request.context, request.official.city
    card = await context.match_cards.find(request.path["solution"], city)
    if card is None or await context.store.records.hidden([f"need|{card.match.need}"], city, request.now):
        return None
    return card


async def _public(request: DeskRequest) -> Solution:
    """The solution as everybody may see it. Raises ``PageProblem`` where it is not public."""
    name = request.path["solution"]
    record = (await request.context.store.public_records.solutions([name], request.now.date())).get(name)
    if record is None:
        raise PageProblem("not_there")
    return record.solution


ROUTES = (
    DeskRoute(f"{BRIEFING}/{{solution:path}}", briefing),
    DeskRoute(f"{BRIEFING_PDF}/{{solution:path}}", briefing_pdf),
)
