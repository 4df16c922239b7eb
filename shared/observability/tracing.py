"""OpenTelemetry traces, when an endpoint is configured: one trace from a submission to the letter."""

from typing import Any

from faststream.rabbit.opentelemetry import RabbitTelemetryMiddleware
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def tracing(service: str, endpoint: str | None) -> list[Any]:
    """Return the broker middlewares that trace ``service``; an empty list without an OTLP ``endpoint``."""
    if not endpoint:
        return []
    provider = TracerProvider(resource=Resource.create({"service.name": f"citiesshare-{service}"}))
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return [RabbitTelemetryMiddleware(tracer_provider=provider)]
