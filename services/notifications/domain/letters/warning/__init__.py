"""The warning: a city is about to do what failed elsewhere, and can still change its plan."""

from datetime import datetime
from typing import Literal

from services.notifications.domain.letter_content import ContactPerson, FailedAttempt, attempt_of, whom_to_ask
from services.notifications.domain.letters.alert import elsewhere
from services.notifications.domain.letters.base import Letter, envelope, letter_id, thread_id, title_for
from services.notifications.domain.letters.match_letter import attempts_in
from services.notifications.domain.localized_texts import LocalizedText, distinct, phrases, phrases_in
from services.notifications.domain.officials import Official
from services.notifications.domain.text_cleanup import Shown
from shared.events import WarningRaised
from shared.facts import Language


class WarningLetter(Letter):
    """Which plan, what failed where, how alike the two cities are, and what they would do differently.

    ``ask`` and ``elsewhere`` are for its page: what is warned of may not match the city; it has no card then.
    """

    kind: Literal["warning"] = "warning"
    title: LocalizedText
    need_title: Shown
    need_language: Language | None = None
    stage: str
    deadline: datetime | None = None
    failed: FailedAttempt
    ask: tuple[ContactPerson, ...] = ()
    elsewhere: tuple[FailedAttempt, ...] = ()


def write(event: WarningRaised, official: Official) -> WarningLetter:
    """The warning to one official; one per plan and solution, however often the plan is published."""
    solution, need, languages = event.brief.solution, event.need, official.speaks()
    failed = attempt_of(event.failed_in, event.brief, event.worked_in)
    return WarningLetter(
        **envelope(official, event.city_name).model_dump(),
        id=letter_id("warning", official.id, solution.id, need.ocid or need.id),
        written=event.raised,
        expires=_aware(event),
        thread=thread_id(official.id, solution.id),
        solution=solution.id,
        need=need.id,
        reason=need.title,
        sharing_city=event.brief.city_name,
        attempts=attempts_in(event.brief),
        phrases=distinct(
            (*phrases_in(event.brief, languages), *phrases(need.language, need.translations, languages))
        ),
        title=title_for(solution, languages),
        need_title=need.title,
        need_language=need.language,
        stage=need.stage,
        deadline=need.deadline,
        ask=whom_to_ask(event.brief, event.worked_in),
        elsewhere=elsewhere(event.brief, event.city),
        failed=failed if failed.cause else failed.model_copy(update={"cause": event.cause}),
    )


def _aware(event: WarningRaised) -> datetime | None:
    """A warning is worth nothing after the deadline; a deadline without a zone sets none."""
    deadline = event.need.deadline
    return deadline if deadline and deadline.tzinfo and deadline > event.raised else None
