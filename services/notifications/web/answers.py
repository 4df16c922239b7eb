"""What a reader's answer means, as the message that says it; and what is missing in an answer."""

from collections.abc import Container, Mapping
from datetime import datetime

from services.notifications.domain.letters.base import Letter
from services.notifications.domain.vocabulary import CAUSES, HOW, OUTCOMES, REASONS
from shared.events import AdoptionDeclared, Event, MatchAnswered, OutcomeReported, RecordWithdrawn
from shared.facts import FailureRecord

ANSWERS = frozenset({"useful", "not_for_us", "adopted", "not_adopted"})
FREE_TEXT = ("first_warning_sign", "decision_to_change")
LONGEST = 500


def mistakes_in(form: Mapping[str, str], units: Container[str]) -> dict[str, str]:
    """What of an answer to a letter is missing or unknown: keys of the vocabulary ``mistake`` by field."""
    answer, reason, unit = form.get("answer", ""), form.get("reason", ""), form.get("unit", "")
    if answer not in ANSWERS:
        return {"answer": "choose"}
    if answer == "adopted" and form.get("how") not in HOW:
        return {"how": "choose_how"}
    mistakes = {}
    if answer == "not_for_us" and reason not in REASONS:
        mistakes["reason"] = "choose_reason"
    if unit and unit not in units:
        mistakes["unit"] = "choose"
    return mistakes


def feedback(letter: Letter, form: Mapping[str, str], at: datetime) -> list[Event]:
    """The answer to a letter, and with it that the city took the solution over, or did not after all.

    ``form`` has no mistakes, and the letter is about a solution.
    """
    assert letter.solution is not None, f"letter {letter.id} is about no solution; nothing can be answered"
    answer = form["answer"]
    if answer == "not_adopted":
        return [_not_adopted(letter, letter.solution, at)]
    answered = MatchAnswered.model_validate(
        {
            "letter": letter.id,
            "city": letter.city,
            "solution": letter.solution,
            "need": letter.need,
            "answer": answer,
            "reason": (form.get("reason") or None) if answer == "not_for_us" else None,
            "unit": (form.get("unit") or None) if answer == "not_for_us" else None,
            "at": at,
        }
    )
    if answer != "adopted":
        return [answered]
    return [answered, _adopted(letter, letter.solution, form["how"])]


def mistakes_in_outcome(form: Mapping[str, str]) -> dict[str, str]:
    """What of a report of an outcome is missing or unknown, as in ``mistakes_in``."""
    mistakes = {}
    if form.get("outcome") not in OUTCOMES:
        mistakes["outcome"] = "choose_outcome"
    if form.get("cause") and form["cause"] not in CAUSES:
        mistakes["cause"] = "choose"
    return mistakes | {name: "too_long" for name in FREE_TEXT if len(form.get(name, "")) > LONGEST}


def outcome(letter: Letter, form: Mapping[str, str]) -> OutcomeReported:
    """How an attempt went, as its own city reports it; ``form`` has no mistakes."""
    failure = {name: form.get(name) or None for name in ("cause", *FREE_TEXT)}
    return OutcomeReported.model_validate(
        {
            "solution": letter.solution,
            "city": letter.city,
            "outcome": form["outcome"],
            "failure": FailureRecord.model_validate(failure) if any(failure.values()) else None,
        }
    )


def _own_version(letter: Letter, solution: str) -> str:
    """The city's own version has an id of its own; the record of the original is not the city's to change."""
    return f"{letter.city}/{solution}"[:500]


def _adopted(letter: Letter, solution: str, how: str) -> AdoptionDeclared:
    return AdoptionDeclared.model_validate(
        {
            "solution": _own_version(letter, solution),
            "city": letter.city,
            "kind": how,
            "parent": solution,
            "letter": letter.id,
        }
    )


def _not_adopted(letter: Letter, solution: str, at: datetime) -> RecordWithdrawn:
    """The time makes it another message each time: adopted, taken back, adopted and taken back again."""
    return RecordWithdrawn(
        kind="adoption",
        record=f"{_own_version(letter, solution)}|{letter.city}",
        city=letter.city,
        by=letter.post,
        reason=f"taken back on the page of a letter, {at:%Y-%m-%d %H:%M:%S}",
    )
