"""The alert: "here is how it could work here", on one screen."""

from typing import Literal

from services.notifications.domain.letter_content import (
    FailedAttempt,
    LetterContent,
    Vague,
    attempt,
    band_for,
    how_it_could_work,
    only_failed_in,
    others_that_tried,
    to_learn,
    why_vague,
)
from services.notifications.domain.letters.base import (
    Letter,
    envelope,
    letter_id,
    summary_for,
    thread_id,
    title_for,
)
from services.notifications.domain.link_tokens import name_of
from services.notifications.domain.localized_texts import LocalizedText, need_phrases, phrases_in
from services.notifications.domain.minimum_evidence import sources
from services.notifications.domain.officials import Official
from services.notifications.domain.score_bars import Bar, bars
from services.notifications.domain.text_cleanup import Shown
from shared.events import Brief, Match, Price, SolutionMatched, Spread
from shared.facts import Language

MOST_ATTEMPTS = 6
MOST_PRICES = 4


class AlertLetter(Letter):
    """A solution meets a need: fit, bars, eight parts, and what became of it elsewhere.

    What is to be learned from leads with that: ``failed_in`` are the cities, if it worked nowhere.
    """

    kind: Literal["alert"] = "alert"
    title: LocalizedText
    summary: LocalizedText | None
    need_title: Shown
    need_language: Language | None = None
    band: str
    vague: Vague | None = None
    learn: bool = False
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

    @property
    def goes_once(self) -> str | None:
        """One alert for a solution and a need, whatever its band; what changes later is an update."""
        return name_of("alert", self.official, self.solution or "", self.need or "")


def write(event: SolutionMatched, match: Match, official: Official) -> AlertLetter:
    """The alert to one official about one match; the same facts give the same letter."""
    solution = event.brief.solution
    tried = elsewhere(event.brief)
    return AlertLetter(
        **envelope(official, match.city_name).model_dump(),
        id=letter_id("alert", official.id, solution.id, match.assessment.band),
        written=event.matched,
        thread=thread_id(official.id, solution.id),
        topic=match.topics[0] if match.topics else None,
        topics=match.topics,
        solution=solution.id,
        need=match.need,
        reason=match.need_title,
        fit=match.fit,
        risk=match.assessment.risk.value,
        sharing_city=event.brief.city_name,
        attempts=attempts_in(event.brief),
        phrases=(*phrases_in(event.brief, official.speaks()), *need_phrases(match, official.speaks())),
        title=title_for(solution, official.speaks()),
        summary=summary_for(solution, official.speaks()),
        need_title=match.need_title,
        need_language=match.need_language,
        band=band_for(match.assessment, event.brief),
        vague=why_vague(match.assessment, event.brief),
        learn=to_learn(match.assessment, event.brief),
        failed_in=only_failed_in(event.brief),
        grade=match.assessment.grade,
        evidence_level=match.assessment.evidence_level,
        sources=sources(event.brief),
        bars=bars(match),
        here=how_it_could_work(event.brief, match),
        elsewhere=tried[:MOST_ATTEMPTS],
        more_elsewhere=max(0, len(tried) - MOST_ATTEMPTS),
        prices=match.prices[:MOST_PRICES],
        more_prices=max(0, len(match.prices) - MOST_PRICES),
        spread=event.brief.spread,
        others_tried=others_that_tried(event.brief),
    )


def attempts_in(brief: Brief) -> tuple[str, ...]:
    """The cities whose attempts a letter tells of."""
    return tuple(sorted({one.city for one in brief.implementations}))


def elsewhere(brief: Brief) -> tuple[FailedAttempt, ...]:
    """What became of every attempt, by city; failures are not left out."""
    return tuple(attempt(one, brief) for one in sorted(brief.implementations, key=lambda one: one.city))
