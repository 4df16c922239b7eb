"""What the letters about a match have in common: the first one, and those that tell what changed."""

from typing import Any

from services.notifications.domain.letter_content import FailedAttempt, band_for, failures_first, to_learn
from services.notifications.domain.letters.base import Letter, envelope, thread_id, title_for
from services.notifications.domain.localized_texts import LocalizedText, need_phrases, phrases_in
from services.notifications.domain.officials import Official
from services.notifications.domain.text_cleanup import Shown
from shared.events import Brief, Match, Sentence, SolutionMatched
from shared.facts import Fact, Language

MOST_CHANGES = 8
"""The first ones say most; every point is on the page."""
MOST_STOPPED = 3


class MatchLetter(Letter):
    """A letter about one solution and one need of the reader's city."""

    title: LocalizedText
    need_title: Shown
    need_language: Language | None = None
    band: str
    learn: bool = False


class MatchChange(Fact):
    """What an update tells of a match: the band as scoring gives it, and what changed since the last word."""

    band: str
    revision: int
    changes: tuple[Sentence, ...] = ()
    evaluation: float
    stopped: tuple[FailedAttempt, ...] = ()

    @property
    def state(self) -> str:
        """The state of the match that it tells of, as part of a letter's id."""
        return f"{self.band}|{self.revision}"


def about_match(brief: Brief, match: Match, official: Official) -> dict[str, Any]:
    """The fields that every letter about ``match`` has, but for its id and its time."""
    solution, languages = brief.solution, official.speaks()
    return {
        **envelope(official, match.city_name).model_dump(),
        "thread": thread_id(official.id, solution.id),
        "topic": match.topics[0] if match.topics else None,
        "topics": match.topics,
        "solution": solution.id,
        "need": match.need,
        "reason": match.need_title,
        "fit": match.fit,
        "risk": match.assessment.risk.value,
        "sharing_city": brief.city_name,
        "attempts": attempts_in(brief),
        "phrases": (*phrases_in(brief, languages), *need_phrases(match, languages)),
        "title": title_for(solution, languages),
        "need_title": match.need_title,
        "need_language": match.need_language,
        "band": band_for(match.assessment, brief),
        "learn": to_learn(match.assessment, brief),
    }


def change_of(event: SolutionMatched, match: Match) -> MatchChange:
    """What ``event`` says that changed about ``match``."""
    changes = match.changes or tuple(Sentence(reason=change) for change in event.changes)
    return MatchChange(
        band=match.assessment.band,
        revision=event.revision,
        changes=changes[:MOST_CHANGES],
        evaluation=match.assessment.evaluation.value,
        stopped=failures_first(event.brief, match)[:MOST_STOPPED],
    )


def attempts_in(brief: Brief) -> tuple[str, ...]:
    """The cities whose attempts a letter tells of."""
    return tuple(sorted({one.city for one in brief.implementations}))
