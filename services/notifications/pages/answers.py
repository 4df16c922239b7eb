"""What a reader's answer means, as the message that says it."""

from collections.abc import Mapping
from datetime import datetime

from services.notifications.domain.letters import Letter
from services.notifications.domain.vocabulary import REASONS
from shared.events import AdoptionDeclared, Event, MatchAnswered, OutcomeReported
from shared.facts import FailureRecord

ANSWERS = {"useful", "not_for_us", "adopted"}


def feedback(letter: Letter, form: Mapping[str, str], at: datetime) -> list[Event]:
    """The answer to a letter, and the adoption where the city took it over.

    Raises ``ValueError`` where the letter is about no solution, or an answer or reason is not one we know.
    """
    answer, reason = form.get("answer", ""), form.get("reason") or None
    if letter.solution is None:
        raise ValueError(f"letter {letter.id} is about no solution; nothing can be answered")
    if answer not in ANSWERS or (reason is not None and reason not in REASONS):
        raise ValueError(f"answer {answer!r} because {reason!r} is not known; use the buttons of the page")
    said = MatchAnswered.model_validate(
        {
            "letter": letter.id,
            "city": letter.city,
            "solution": letter.solution,
            "need": letter.need,
            "answer": answer,
            "reason": reason,
            "unit": form.get("unit") or None,
            "at": at,
        }
    )
    return [said, _adopted(letter, letter.solution)] if answer == "adopted" else [said]


def outcome(letter: Letter, form: Mapping[str, str]) -> OutcomeReported:
    """How an attempt went, as its own city reports it.

    Raises pydantic's ``ValidationError`` (a ``ValueError``) where the outcome or cause is not one we know.
    """
    told = {name: form.get(name) or None for name in ("cause", "first_warning_sign", "decision_to_change")}
    return OutcomeReported.model_validate(
        {
            "solution": letter.solution,
            "city": letter.city,
            "outcome": form.get("outcome"),
            "failure": FailureRecord.model_validate(told) if any(told.values()) else None,
        }
    )


def _adopted(letter: Letter, solution: str) -> AdoptionDeclared:
    """The city's own version has an id of its own; the record of the original is not the city's to change."""
    own = f"{letter.city}/{solution}"[:500]
    return AdoptionDeclared(solution=own, city=letter.city, kind="adapted", parent=solution, letter=letter.id)
