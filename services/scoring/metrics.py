"""What only the scoring service can tell Prometheus: its memory, and how old its scores are."""

from datetime import UTC, datetime
from time import time

from prometheus_client import Counter, Gauge

INDEX_SIZE = Gauge("scoring_index_size", "Needs and solutions in the index of this replica", ["kind"])
INDEX_AGE = Gauge("scoring_index_age_seconds", "Since the index was last brought up to the store")
MISSED = Counter("scoring_index_missed", "Edits that a comparison with the store found missing")
SCORE_AGE = Gauge("scoring_newest_score_age_seconds", "Since the newest fact that a score was made from")
RESCORED = Counter("scoring_rescored", "Scores made in the background, by framework version", ["framework"])

_newest: list[float] = []


def refreshed(needs: int, solutions: int) -> None:
    """Note that the index is as new as the store, and how much it holds."""
    INDEX_SIZE.labels("needs").set(needs)
    INDEX_SIZE.labels("solutions").set(solutions)
    then = time()
    INDEX_AGE.set_function(lambda: time() - then)


def scored(as_of: datetime) -> None:
    """Note a score whose newest fact is of ``as_of``; an older one than before changes nothing."""
    newest = max([as_of.astimezone(UTC).timestamp(), *_newest])
    _newest[:] = [newest]
    SCORE_AGE.set_function(lambda: max(0.0, time() - newest))
