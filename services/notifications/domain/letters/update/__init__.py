"""The update: something material changed about what this official was told; it hangs under that letter."""

from datetime import datetime
from typing import Literal

from services.notifications.domain.letter_content import FailedAttempt, band_for, failures_first, to_learn
from services.notifications.domain.letters.alert import attempts_in
from services.notifications.domain.letters.base import Letter, envelope, letter_id, thread_id, title_for
from services.notifications.domain.localized_texts import LocalizedText, need_phrases, phrases_in
from services.notifications.domain.officials import Official
from services.notifications.domain.text_cleanup import Shown
from shared.events import Brief, Match, Sentence, SolutionMatched, WatchFired
from shared.facts import Language

MOST_CHANGES = 8
"""The first ones say most; every point is on the page."""


class UpdateLetter(Letter):
    """What changed, the new figures, and why it was stopped where it was stopped."""

    kind: Literal["update"] = "update"
    title: LocalizedText
    need_title: Shown
    need_language: Language | None = None
    band: str
    learn: bool = False
    changes: tuple[Sentence, ...]
    evaluation: float
    stopped: tuple[FailedAttempt, ...] = ()


def write(event: SolutionMatched, match: Match, official: Official) -> UpdateLetter:
    """The update to one official; its state is the band and the revision that changed it."""
    state = f"{match.assessment.band}|{event.revision}"
    changes = match.changes or tuple(Sentence(reason=each) for each in event.changes)
    return _update(event.brief, match, official, state, event.matched, changes)


def watched(event: WatchFired, match: Match, official: Official) -> UpdateLetter:
    """The one letter that says that what the city waited for has come about; a condition is met once."""
    return _update(event.brief, match, official, f"watch|{event.condition}", event.fired, ())


def _update(
    brief: Brief, match: Match, official: Official, state: str, at: datetime, changes: tuple[Sentence, ...]
) -> UpdateLetter:
    solution = brief.solution
    return UpdateLetter(
        **envelope(official, match.city_name).model_dump(),
        id=letter_id("update", official.id, solution.id, state),
        written=at,
        thread=thread_id(official.id, solution.id),
        answers_thread=True,
        topic=match.topics[0] if match.topics else None,
        topics=match.topics,
        solution=solution.id,
        need=match.need,
        reason=match.need_title,
        fit=match.fit,
        risk=match.assessment.risk.value,
        sharing_city=brief.city_name,
        attempts=attempts_in(brief),
        phrases=(*phrases_in(brief, official.speaks()), *need_phrases(match, official.speaks())),
        title=title_for(solution, official.speaks()),
        need_title=match.need_title,
        need_language=match.need_language,
        band=band_for(match.assessment, brief),
        learn=to_learn(match.assessment, brief),
        changes=changes[:MOST_CHANGES],
        evaluation=match.assessment.evaluation.value,
        stopped=failures_first(brief, match)[:3],
    )
