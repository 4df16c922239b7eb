"""The update: something material changed about what this official was told; it hangs under that letter."""

from typing import Any, Literal

from services.notifications.domain.letter_content import FailedAttempt, failures_first
from services.notifications.domain.letters.base import letter_id
from services.notifications.domain.letters.match_letter import (
    MOST_STOPPED,
    MatchChange,
    MatchLetter,
    about_match,
    change_of,
)
from services.notifications.domain.officials import Official
from shared.events import Match, Sentence, SolutionMatched, WatchFired


class UpdateLetter(MatchLetter):
    """What changed, the new figures, and why it was stopped where it was stopped."""

    kind: Literal["update"] = "update"
    changes: tuple[Sentence, ...]
    evaluation: float
    stopped: tuple[FailedAttempt, ...] = ()


def write(event: SolutionMatched, match: Match, official: Official) -> UpdateLetter:
    """The update to one official; its state is the band and the revision that changed it."""
    about = {**about_match(event.brief, match, official), "written": event.matched}
    return of_change(about, change_of(event, match))


def of_change(about: dict[str, Any], change: MatchChange) -> UpdateLetter:
    """The update that tells ``change``; ``about`` has the fields of every letter about the match."""
    return UpdateLetter(
        **about,
        id=letter_id("update", about["official"], about["solution"], change.state),
        answers_thread=True,
        changes=change.changes,
        evaluation=change.evaluation,
        stopped=change.stopped,
    )


def watched(event: WatchFired, match: Match, official: Official) -> UpdateLetter:
    """The one letter that says that what the city waited for has come about; a condition is met once."""
    return UpdateLetter(
        **about_match(event.brief, match, official),
        id=letter_id("update", official.id, event.brief.solution.id, f"watch|{event.condition}"),
        written=event.fired,
        answers_thread=True,
        changes=(),
        evaluation=match.assessment.evaluation.value,
        stopped=failures_first(event.brief, match)[:MOST_STOPPED],
    )
