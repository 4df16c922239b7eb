"""Prometheus metrics, named by the OpenTelemetry semantic conventions for messaging."""

from prometheus_client import Counter, Histogram, Info

BUILD = Info("citiesshare_build", "The running release")
HANDLED = Counter(
    "messaging_client_consumed_messages", "Messages consumed, by queue and fate", ["queue", "fate"]
)
PUBLISHED = Counter("messaging_client_sent_messages", "Messages published, by routing key", ["key"])
DURATION = Histogram(
    "messaging_process_duration_seconds",
    "Seconds from delivery to acknowledgement",
    ["queue"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def built(version: str) -> None:
    """Set the version of the running release."""
    BUILD.info({"version": version})


def handled(queue: str, fate: str, seconds: float) -> None:
    """Count one message of ``queue`` with its ``fate``: done, settled, parked, dead or unsettled."""
    HANDLED.labels(queue, fate).inc()
    DURATION.labels(queue).observe(seconds)


def published(key: str) -> None:
    """Count one confirmed message with the routing key ``key``."""
    PUBLISHED.labels(key).inc()
