"""The check-in: how did it go, after 6, 12 and 24 months; silence widens the interval.

Of what a city took over it asks whether the effect came too, after 12 and 24 months.
"""

from datetime import UTC, date, datetime
from typing import Literal

from services.notifications.domain.letters.base import Letter, envelope, letter_id
from services.notifications.domain.localized_texts import choose
from services.notifications.domain.officials import Official
from services.notifications.domain.text_cleanup import Shown
from shared.events import OutcomeDue
from shared.facts import Id, Language


class OutcomeCheckinLetter(Letter):
    """One question about one attempt of the reader's own city, or about ``adoption``, what it took over."""

    kind: Literal["outcome_checkin"] = "outcome_checkin"
    title: Shown
    title_language: Language | None = None
    months: int
    due: date
    asks: Literal["outcome", "effect"] = "outcome"
    adoption: Id | None = None


def write(event: OutcomeDue, official: Official) -> OutcomeCheckinLetter:
    """The question to one official; written on the morning it is due, once for each number of months."""
    effect = event.asks == "effect"
    title = choose(event.title, event.language, event.titles, official.speaks())
    return OutcomeCheckinLetter(
        **envelope(official).model_dump(),
        id=letter_id("outcome_checkin", official.id, event.solution, _occasion(event)),
        written=datetime.combine(event.due, official.at, UTC),
        solution=event.source if effect else event.solution,
        attempts=() if effect else (event.city,),
        phrases=(title,) if title.original is not None else (),
        reason=event.reason,
        title=event.title,
        title_language=event.language,
        months=event.months,
        due=event.due,
        asks=event.asks,
        adoption=event.solution if effect else None,
    )


def _occasion(event: OutcomeDue) -> str:
    return str(event.months) if event.asks == "outcome" else f"{event.asks}|{event.months}"
