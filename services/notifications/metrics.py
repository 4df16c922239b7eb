"""What only the notifications service can tell Prometheus: what became of its letters."""

from typing import get_args

from prometheus_client import Counter

from services.notifications.domain.models import Kind

LETTERS = Counter("citiesshare_letters", "Letters by what became of them", ["kind", "state"])
WATCHED = ("accepted", "unknown", "rejected", "given_up")

# A series that begins at one has no increase for Prometheus: those that alerts read begin at nought.
for _kind in get_args(Kind):
    for _state in WATCHED:
        LETTERS.labels(_kind, _state)


def counted(kind: str, state: str) -> None:
    """Count one letter.

    ``state`` is accepted, unknown, rejected, given_up, held (until a better hour), or why it was skipped: a
    key of the vocabulary ``not_told``, such as suppressed.
    """
    LETTERS.labels(kind, state).inc()
