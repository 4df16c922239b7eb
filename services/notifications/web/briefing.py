"""A briefing of one page, for everybody or for one city: as a page, and as documents that are printed."""

from functools import cache
from typing import NamedTuple

from services.notifications.domain.catalogue.briefing import briefing_of
from services.notifications.domain.catalogue.one_page import DETAILS
from services.notifications.domain.catalogue.slugs import slug_of
from services.notifications.domain.letters.base import summary_for, title_for
from services.notifications.domain.localized_texts import LocalizedText, Speaker, phrases_in
from services.notifications.web.page_session import Printed
from services.notifications.web.rendering import TEMPLATES, PageRenderer, fact_tools
from services.notifications.web.scorecard import Scorecard, scorecard
from shared.events import Assessment, Brief, Match


class BriefingPage(NamedTuple):
    """What is told, to whom: ``match`` is that of the city it is for; ``assessment`` is None without scoring.

    ``address`` is that of the solution; a reader's own language comes first in ``languages``.
    """

    renderer: PageRenderer
    languages: tuple[str, ...]
    site: str
    address: str
    brief: Brief
    assessment: Assessment | None
    match: Match | None = None

    @property
    def locale(self) -> str:
        """The language of the page."""
        return self.languages[0]

    @property
    def phrases(self) -> tuple[LocalizedText, ...]:
        """Translations of the words of cities."""
        card = self._card()
        return card.phrases if card else phrases_in(self.brief, self.languages)

    def speaker(self) -> Speaker:
        """Return what gives templates the words of cities."""
        return Speaker(self.phrases)

    def shown(self) -> dict[str, object]:
        """Return what the templates are given."""
        solution, localizer = self.brief.solution, self.renderer.localizer(self.locale, "UTC")
        return {
            "brief": self.brief,
            "solution": solution,
            "briefing": briefing_of(self.brief),
            "card": self._card(),
            "title": title_for(solution, self.languages),
            "summary": summary_for(solution, self.languages),
            "site": self.site,
            "address": self.address,
            "detail": DETAILS[0],
            **fact_tools(localizer),
        }

    def printed(self) -> Printed:
        """Return the documents to print, from the longest to the shortest."""
        shown = self.shown() | {"sheet": _sheet()}
        pages = (
            self.renderer.page(
                "catalogue/briefing_pdf",
                self.locale,
                "UTC",
                shown | {"detail": detail},
                self.speaker(),
            )
            for detail in DETAILS
        )
        return Printed(tuple(pages), f"{slug_of(self.brief.solution.title)}.pdf")

    def _card(self) -> Scorecard | None:
        if self.assessment is None:
            return None
        return scorecard(self.brief, self.assessment, self.languages, self.match)


@cache
def _sheet() -> str:
    return (TEMPLATES / "catalogue" / "briefing.css").read_text("utf-8").strip()
