"""What happens to a record by itself, and when: an embargo ends, a confirmation lapses, its city is asked."""

from datetime import date
from typing import Literal

from services.submissions.domain.lifecycle import (
    CHECK_INS,
    HINT,
    hint,
    lapses_on,
    months_after,
    question,
    state_on,
)
from services.submissions.domain.records import Record
from shared.events import OutcomeDue
from shared.facts import Implementation, Solution


def due_question(record: Record, title: str, day: date) -> OutcomeDue | None:
    """Return what the city is to be asked on ``day``; the same day always brings the same question."""
    attempt = record.fact
    if not isinstance(attempt, Implementation) or record.state == "withdrawn" or not record.draft.resolved:
        return None
    title = title or attempt.solution
    if record.state == "draft":
        hinted = hint(attempt, title, record.recorded.date())
        return hinted if hinted and hinted.due <= day else None
    asked = question(attempt, title, day, _reported(record))
    return asked and asked.model_copy(update={"city": attempt.city})


def titled(question: OutcomeDue, solution: Solution | None) -> OutcomeDue:
    """``question`` with the language of the title, and the title in others; no title has no language."""
    if solution is None:
        return question
    titles = {language: given.title for language, given in solution.translations.items()}
    return question.model_copy(update={"language": solution.language, "titles": titles})


Due = tuple[date, Literal["embargo", "lapse", "check_in"]]


def next_due(record: Record) -> Due | None:
    """Return the next day on which something happens to a record by itself, and what."""
    return min(_dues(record), default=None)


def _dues(record: Record) -> list[Due]:
    life, found = record.life, list[Due]()
    if isinstance(record.fact, Solution) and record.embargoed and life.embargo_until:
        waiting = life.embargo_until > record.told.date()
        found += [(life.embargo_until, "embargo")] if waiting else []
    if life.confirmed and state_on(life, record.told.date()) == "published":
        found.append((lapses_on(life.confirmed), "lapse"))
    if (check_in := _next_check_in(record)) is not None:
        found.append((check_in, "check_in"))
    return found


def _next_check_in(record: Record) -> date | None:
    attempt = record.fact
    if not isinstance(attempt, Implementation) or record.state == "withdrawn" or not record.draft.resolved:
        return None
    if record.state == "draft":
        hinted = hint(attempt, attempt.solution, record.recorded.date())
        return hinted.due if hinted and HINT not in record.marks.asked else None
    if not attempt.started:
        return None
    days = [months_after(attempt.started, each) for each in CHECK_INS if each not in record.marks.asked]
    return next((day for day in days if due_question(record, "", day)), None)


def _reported(record: Record) -> date | None:
    return record.recorded.date() if record.draft.rank else None
