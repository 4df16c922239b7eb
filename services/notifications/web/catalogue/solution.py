"""The page of a solution: everything that is known of it, for everybody."""

from datetime import timedelta

from services.notifications.application.catalogue import SolutionFacts
from services.notifications.domain.catalogue.slugs import slug_of
from services.notifications.domain.letter_content import attempt
from services.notifications.domain.letters.base import summary_for, title_for
from services.notifications.domain.lineage import share_kept
from services.notifications.domain.localized_texts import phrases_in
from services.notifications.domain.vocabulary import VOCABULARY
from services.notifications.web.catalogue.request import (
    CatalogueRequest,
    CatalogueRoute,
    Page,
    Redirect,
    briefing_address,
    solution_address,
)
from services.notifications.web.desk.addresses import ask_address
from services.notifications.web.problems import PageProblem
from services.notifications.web.rendering import fact_tools
from services.notifications.web.scorecard import Scorecard, scorecard, scorecard_for
from shared.facts import Fact


async def solution(request: CatalogueRequest) -> Page | Redirect:
    """The page of a solution; another end of the address than its title leads to the right one."""
    name, slug = request.path["solution"], request.path.get("slug")
    facts = await _find(request, name)
    if facts is None and slug is not None:
        # An id may have slashes: what looks like the end of the address may be the end of the id.
        facts, slug = await _find(request, f"{name}/{slug}"), None
    if facts is None:
        raise PageProblem("not_there")
    fact = facts.record.solution
    if slug != slug_of(fact.title):
        return Redirect(solution_address(fact, request.lang))
    languages = (request.locale,)
    # Only of attempts that are public: a reply never tells of another one.
    replies = await request.context.replies.beside(
        f"{fact.id}|{one.city}" for one in facts.brief.implementations
    )
    names = await request.context.replies.names(reply for said in replies.values() for reply in said)
    return request.show(
        "catalogue/solution",
        phrases_in(facts.brief, languages),
        facts=facts,
        solution=fact,
        title=title_for(fact, languages),
        summary=summary_for(fact, languages),
        scorecard=_card(facts, languages),
        personal=await _personal(request, facts, languages),
        attempts=[(one, attempt(one, facts.brief)) for one in facts.brief.implementations],
        replies=replies,
        reply_cities=names,
        answers={
            "law": _answers("law", fact.legal),
            "reuse": _answers("reuse", fact.reuse),
            "lockin": _answers("lockin", fact.lockin),
        },
        share_kept=share_kept,
        last_day=lambda expires: expires - timedelta(days=1),
        documents=fact.offered_on(request.now.date()).documents,
        canonical=solution_address(fact),
        briefing=briefing_address(fact, request.lang),
        ask_address=ask_address(fact.id),
        in_language=lambda lang: solution_address(fact, lang),
        title_of=lambda other: title_for(other, languages),
        **fact_tools(request.localizer),
    )


async def _find(request: CatalogueRequest, name: str) -> SolutionFacts | None:
    return await request.context.catalogue.solution(name, request.locale, request.now, with_similar=True)


def _card(facts: SolutionFacts, languages: tuple[str, ...]) -> Scorecard | None:
    """The score as letters show it, for nobody in particular; None while scoring is away."""
    if facts.assessment is None:
        return None
    return scorecard(facts.brief, facts.assessment, languages, None)


async def _personal(
    request: CatalogueRequest, facts: SolutionFacts, languages: tuple[str, ...]
) -> Scorecard | None:
    """The score for the city of who is signed in, as letters show it; None where it cannot be told."""
    official = request.official
    view = await request.context.catalogue.seen_by(official.city, facts.brief) if official else None
    if official is None or view is None:
        return None
    return scorecard_for(facts.brief, view.assessment, languages, view, official.city_name or official.city)


def _answers(vocabulary: str, fact: Fact) -> list[tuple[str, bool]]:
    """The questions that are answered, each with its answer."""
    answers = ((name, getattr(fact, name)) for name in VOCABULARY[vocabulary])
    return [(name, answer) for name, answer in answers if answer is not None]


ROUTES = (
    CatalogueRoute("/solutions/{solution:path}/{slug}", solution),
    CatalogueRoute("/solutions/{solution}", solution),
)
