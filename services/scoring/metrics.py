"""What only the scoring service can tell Prometheus: its memory, and how old a score's newest fact is."""

from datetime import UTC, datetime

from prometheus_client import Gauge, Histogram

ENTRIES = Gauge("citiesshare_index_entries", "What this replica holds in memory, by kind", ["kind"])
REFRESHED = Gauge("citiesshare_index_refreshed_timestamp_seconds", "When this replica last asked the store")
SCORE_AGE = Histogram(
    "citiesshare_score_age_seconds",
    "From the newest fact to the score that counts it",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800, 7200, 86400),
)


def refreshed(needs: int, solutions: int) -> None:
    """Note that the memory is as new as the store, and how much it holds."""
    ENTRIES.labels("need").set(needs)
    ENTRIES.labels("solution").set(solutions)
    REFRESHED.set_to_current_time()


def scored(as_of: datetime) -> None:
    """Note a score whose newest fact is of ``as_of``."""
    SCORE_AGE.observe(max(0.0, (datetime.now(UTC) - as_of).total_seconds()))
