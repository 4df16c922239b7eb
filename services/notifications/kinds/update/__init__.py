"""The update: something material changed about what this official was told; it hangs under that letter."""

from typing import Literal

from services.notifications.domain.here import Attempt, Said, failures_first
from services.notifications.domain.letters import Letter, envelope, letter_id, thread_id, title_for
from services.notifications.domain.models import Official
from services.notifications.domain.watches import Watch
from shared.events import Match, SolutionMatched


class Update(Letter):
    """What changed, the new figures, and why it was stopped where it was stopped."""

    kind: Literal["update"] = "update"
    title: Said
    need_title: str
    band: str
    changes: tuple[str, ...]
    evaluation: float
    stopped: tuple[Attempt, ...] = ()


def write(event: SolutionMatched, match: Match, official: Official, watch: Watch | None = None) -> Update:
    """The update to one official; its state is the band and the revision that changed it.

    With ``watch`` it is the one letter that says that what the official waited for has come about.
    """
    solution = event.brief.solution
    state = watch.state if watch else f"{match.assessment.band}|{event.revision}"
    return Update(
        **envelope(official).model_dump(),
        id=letter_id("update", official.id, solution.id, state),
        written=event.matched,
        thread=thread_id(official.id, solution.id),
        answers_thread=True,
        topic=match.topics[0] if match.topics else None,
        solution=solution.id,
        need=match.need,
        reason=match.need_title,
        fit=match.fit,
        risk=match.assessment.risk.value,
        sharing_city=event.brief.city_name,
        title=title_for(solution, official.speaks()),
        need_title=match.need_title,
        band=match.assessment.band,
        changes=event.changes,
        evaluation=match.assessment.evaluation.value,
        stopped=failures_first(event.brief, match)[:3],
    )
