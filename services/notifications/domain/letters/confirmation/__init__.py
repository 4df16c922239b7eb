"""The confirmation: nobody gets letters who has not asked for them twice."""

from datetime import datetime, timedelta
from typing import Literal

from services.notifications.domain.letters.base import Letter, envelope, letter_id
from services.notifications.domain.officials import Official

VALID = timedelta(days=14)


class ConfirmationLetter(Letter):
    """One button, and what happens without it: nothing."""

    kind: Literal["confirmation"] = "confirmation"


def write(official: Official, asked: datetime) -> ConfirmationLetter:
    """The request to confirm an address; asking again on another day gives a new one."""
    return ConfirmationLetter(
        **envelope(official).model_dump(),
        id=letter_id("confirmation", official.id, official.email, asked.date().isoformat()),
        written=asked,
        expires=asked + VALID,
    )
