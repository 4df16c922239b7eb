"""The briefing of a solution: one page for everybody, and the same as PDF."""

from services.notifications.application.catalogue import SolutionFacts
from services.notifications.web.briefing import BriefingPage
from services.notifications.web.catalogue.request import (
    CatalogueRequest,
    CatalogueRoute,
    Page,
    Printed,
    Redirect,
    briefing_address,
    lasting_address,
    solution_address,
)
from services.notifications.web.problems import PageProblem


async def briefing(request: CatalogueRequest) -> Page | Redirect:
    """The page; an id may end like its address, and is looked for where there is no such solution."""
    facts = await _find(request)
    if facts is None:
        return await _of_another_id(request, "briefing")
    solution, page = facts.record.solution, _page(request, facts)
    return request.show(
        "catalogue/briefing",
        page.phrases,
        **page.shown(),
        own_address=briefing_address(solution),
        pdf_address=briefing_address(solution, request.locale, "briefing.pdf"),
        in_language=lambda lang: briefing_address(solution, lang),
    )


async def briefing_pdf(request: CatalogueRequest) -> Printed | Redirect:
    """The same as PDF."""
    facts = await _find(request)
    if facts is None:
        return await _of_another_id(request, "briefing.pdf")
    return _page(request, facts).printed()


def _page(request: CatalogueRequest, facts: SolutionFacts) -> BriefingPage:
    context = request.context
    return BriefingPage(
        context.renderer,
        (request.locale,),
        context.sender.site,
        lasting_address(facts.record.solution),
        facts.brief,
        facts.assessment,
    )


async def _find(request: CatalogueRequest) -> SolutionFacts | None:
    return await request.context.catalogue.solution(request.path["solution"], request.locale, request.now)


async def _of_another_id(request: CatalogueRequest, end: str) -> Redirect:
    name = f"{request.path['solution']}/{end}"
    facts = await request.context.catalogue.solution(name, request.locale, request.now)
    if facts is None:
        raise PageProblem("not_there")
    return Redirect(solution_address(facts.record.solution, request.lang))


ROUTES = (
    CatalogueRoute("/solutions/{solution:path}/briefing", briefing),
    CatalogueRoute("/solutions/{solution:path}/briefing.pdf", briefing_pdf),
)
