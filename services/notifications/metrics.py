"""What only the notifications service can tell Prometheus: what became of its letters."""

from typing import get_args

from prometheus_client import Counter

from services.notifications.domain.officials import Kind

LETTERS = Counter("citiesshare_letters", "Letters by what became of them", ["kind", "state"])
SET_ASIDE = Counter("citiesshare_digest_items_set_aside", "Items that no digest could be written with")
TRANSLATIONS = Counter(
    "citiesshare_translations",
    "Texts by where their translation came from: cached, translated, failed",
    ["fate"],
)
FATES = ("cached", "translated", "failed")
WATCHED = ("accepted", "unknown", "rejected", "given_up")


def begin() -> None:
    """Begin the series that alerts read at nought: one that begins at one has no increase for Prometheus."""
    for kind in get_args(Kind):
        for state in WATCHED:
            LETTERS.labels(kind, state)
    for fate in FATES:
        TRANSLATIONS.labels(fate)


def counted(kind: str, state: str) -> None:
    """Count one letter.

    ``state`` is accepted, unknown, rejected, given_up, held (until a better hour), or why it was skipped: a
    key of the vocabulary ``not_told``, such as suppressed.
    """
    LETTERS.labels(kind, state).inc()
