"""Up to four solutions beside each other: the same criteria for each, in alphabetical order."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.notifications.application.catalogue import ComparedSolution
from services.notifications.domain.catalogue.comparison import (
    COMPARE,
    compare_address,
    criterion_groups,
    read_ids,
    written_ids,
)
from services.notifications.domain.letter_content import (
    FAILED,
    ContactPerson,
    FailedAttempt,
    attempt,
    whom_to_ask,
)
from services.notifications.domain.letters.base import title_for
from services.notifications.domain.localized_texts import LocalizedText, distinct, phrases_in
from services.notifications.domain.score_bars import Bar, bars_of
from services.notifications.web.catalogue.request import CatalogueRequest, CatalogueRoute, Page
from shared.events import Assessment, Brief
from shared.facts import Solution

BARS = ("evaluation", "transferability", "coverage")


class ComparedColumn(NamedTuple):
    """One solution; ``without`` is the address of the page with the others only."""

    solution: Solution
    brief: Brief
    title: LocalizedText
    attempts: Sequence[FailedAttempt]
    failed: Sequence[FailedAttempt]
    judged: Assessment | None
    bars: Mapping[str, Bar]
    ask: Sequence[ContactPerson]
    without: str


async def compare(request: CatalogueRequest) -> Page:
    """The page of what is named in the address; what is hidden is left out like what is not known."""
    ids, languages = read_ids(request.every("ids")), (request.locale,)
    city = request.official.city if request.official else None
    several, rows = await request.context.catalogue.compared(ids, city, request.now)

    def title(one: ComparedSolution) -> str:
        return title_for(one.brief.solution, languages).text

    several = sorted(several, key=lambda one: (title(one).casefold(), one.brief.solution.id))
    order = [one.brief.solution.id for one in several]
    columns = [_column(request, one, order) for one in several]
    return request.show(
        "catalogue/compare",
        distinct(text for one in several for text in phrases_in(one.brief, languages)),
        columns=columns,
        groups=criterion_groups(rows, order),
        bars=[key for key in BARS if any(key in column.bars for column in columns)],
        missing=len(ids) > len(several),
        away=bool(several) and not rows,
        ids=written_ids(order),
        in_language=lambda lang: compare_address(order, lang),
        own_address=compare_address(order),
    )


def _column(request: CatalogueRequest, one: ComparedSolution, order: Sequence[str]) -> ComparedColumn:
    solution, brief, judged = one.brief.solution, one.brief, one.assessment
    return ComparedColumn(
        solution,
        brief,
        title_for(solution, (request.locale,)),
        [attempt(each, brief) for each in brief.implementations],
        [attempt(each, brief) for each in brief.implementations if each.outcome in FAILED],
        judged,
        {bar.key: bar for bar in bars_of(judged)} if judged else {},
        whom_to_ask(brief, None),
        compare_address((other for other in order if other != solution.id), request.lang),
    )


ROUTES = (CatalogueRoute(COMPARE, compare),)
