"""Account mail: a way in, and the hand-over of a post; it is never held back by an unsubscribe."""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from services.notifications.domain.letters.base import Letter, envelope, letter_id
from services.notifications.domain.officials import Official
from shared.facts import Line

VALID = {"sign_in": timedelta(minutes=15), "hand_over": timedelta(days=14)}


class AccountLetter(Letter):
    """One button that works for a while."""

    kind: Literal["account"] = "account"
    purpose: Literal["sign_in", "hand_over"]
    after: Line | None = Field(None, description="The page of the desk that was asked for before signing in")


def write(
    official: Official,
    purpose: Literal["sign_in", "hand_over"],
    asked: datetime,
    after: str | None = None,
) -> AccountLetter:
    """The mail that signs an official in, or that hands a post with its subscription over to a new holder."""
    return AccountLetter(
        **envelope(official).model_dump(),
        id=letter_id("account", official.id, f"{purpose}|{official.email}", asked.isoformat()),
        written=asked,
        expires=asked + VALID[purpose],
        purpose=purpose,
        after=after,
    )
