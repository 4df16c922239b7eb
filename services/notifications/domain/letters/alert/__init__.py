"""The alert: "here is how it could work here", on one screen."""

from typing import Literal

from services.notifications.domain.letter_content import (
    FailedAttempt,
    LetterContent,
    Vague,
    attempt,
    how_it_could_work,
    only_failed_in,
    others_that_tried,
    priced,
    why_vague,
)
from services.notifications.domain.letters.base import letter_id, summary_for
from services.notifications.domain.letters.match_letter import (
    MatchChange,
    MatchLetter,
    about_match,
    change_of,
)
from services.notifications.domain.letters.update import UpdateLetter, of_change
from services.notifications.domain.link_tokens import name_of
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.minimum_evidence import sources
from services.notifications.domain.officials import Official
from services.notifications.domain.score_bars import Bar, bars
from shared.events import Brief, Match, Price, SolutionMatched, Spread

MOST_ATTEMPTS = 6
MOST_PRICES = 4


class AlertLetter(MatchLetter):
    """A solution meets a need: fit, bars, eight parts, and what became of it elsewhere.

    What is to be learned from leads with that: ``failed_in`` are the cities, if it worked nowhere.
    ``change`` is not shown: it goes as an update where another alert was handed over before this one.
    """

    kind: Literal["alert"] = "alert"
    summary: LocalizedText | None
    vague: Vague | None = None
    failed_in: tuple[str, ...] = ()
    grade: str
    evidence_level: int
    sources: int
    bars: tuple[Bar, ...]
    here: LetterContent
    elsewhere: tuple[FailedAttempt, ...] = ()
    more_elsewhere: int = 0
    prices: tuple[Price, ...] = ()
    more_prices: int = 0
    spread: Spread | None = None
    others_tried: int = 0
    change: MatchChange | None = None

    @property
    def goes_once(self) -> str | None:
        """One alert for a solution and a need, whatever its band; what changes later is an update."""
        return name_of("alert", self.official, self.solution or "", self.need or "")

    @property
    def revision(self) -> int:
        """The revision of the match that it tells of; 0 where an older version wrote it."""
        return self.change.revision if self.change else 0

    def as_update(self) -> UpdateLetter | None:
        """The same news for a reader who was told of the match; None where an older version wrote it."""
        if self.change is None:
            return None
        about = self.model_dump(include={*MatchLetter.model_fields} - {"id", "kind", "answers_thread"})
        return of_change(about, self.change)

    def again(self) -> "AlertLetter":
        """The same alert under an id of its own, where one of this state ended before its reader was told."""
        if self.change is None:
            return self
        own = letter_id("alert", self.official, self.solution or "", self.change.state)
        return self.model_copy(update={"id": own})


def write(event: SolutionMatched, match: Match, official: Official) -> AlertLetter:
    """The alert to one official about one match; the same facts give the same letter."""
    solution = event.brief.solution
    tried = elsewhere(event.brief, match.city)
    return AlertLetter(
        **about_match(event.brief, match, official),
        id=letter_id("alert", official.id, solution.id, match.assessment.band),
        written=event.matched,
        summary=summary_for(solution, official.speaks()),
        vague=why_vague(match.assessment, event.brief),
        failed_in=only_failed_in(event.brief),
        grade=match.assessment.grade,
        evidence_level=match.assessment.evidence_level,
        sources=sources(event.brief),
        bars=bars(match),
        here=how_it_could_work(event.brief, match),
        elsewhere=tried[:MOST_ATTEMPTS],
        more_elsewhere=max(0, len(tried) - MOST_ATTEMPTS),
        prices=priced(match.prices[:MOST_PRICES], event.brief),
        more_prices=max(0, len(match.prices) - MOST_PRICES),
        spread=event.brief.spread,
        others_tried=others_that_tried(event.brief, match.city),
        change=change_of(event, match),
    )


def elsewhere(brief: Brief, reader: str) -> tuple[FailedAttempt, ...]:
    """What became of every attempt but those of the reader's city, by city; failures are not left out."""
    others = (one for one in brief.implementations if one.city != reader)
    return tuple(attempt(one, brief) for one in sorted(others, key=lambda one: one.city))
