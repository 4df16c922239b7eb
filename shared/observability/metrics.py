"""What Prometheus is told, in the words of OpenTelemetry's messaging conventions."""

from prometheus_client import Counter, Histogram, Info

BUILD = Info("citiesshare_build", "The release that runs")
HANDLED = Counter(
    "messaging_client_consumed_messages", "Messages heard, by queue and fate", ["queue", "fate"]
)
SAID = Counter("messaging_client_sent_messages", "Messages said, by key", ["key"])
DURATION = Histogram(
    "messaging_process_duration_seconds",
    "From delivery to acknowledgement",
    ["queue"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def built(version: str) -> None:
    """Tell which release runs."""
    BUILD.info({"version": version})


def handled(queue: str, fate: str, seconds: float) -> None:
    """Count one message of ``queue`` with its ``fate``: done, settled, parked, dead or unsettled."""
    HANDLED.labels(queue, fate).inc()
    DURATION.labels(queue).observe(seconds)


def said(key: str) -> None:
    """Count one confirmed message."""
    SAID.labels(key).inc()
