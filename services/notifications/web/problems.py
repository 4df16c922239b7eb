"""Why a page cannot be shown: a reason with words of its own in the vocabulary, never an error's text."""

from typing import Literal

from services.notifications.domain.link_access import Closed

Reason = (
    Literal["broken", "used", "unpublished", "too_many", "not_asked", "stopped_with_post"]
    | Literal["not_allowed", "old_form", "not_there", "too_fast", "no_pdf", "unreadable", "failed"]
    | Closed
)
STATUS: dict[str, int] = {
    "broken": 404,
    "used": 410,
    "unpublished": 410,
    "too_many": 429,
    "not_asked": 404,
    "not_allowed": 403,
    "old_form": 403,
    "not_there": 404,
    "too_fast": 429,
    "no_pdf": 503,
}
GONE = 410


class PageProblem(Exception):
    """A page that cannot be shown; ``reason`` is a key of the vocabularies ``closed`` and ``next``."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason

    @property
    def status(self) -> int:
        """The HTTP status that says the same."""
        return STATUS.get(self.reason, GONE)
