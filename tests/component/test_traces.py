"""One trace from what comes in to what goes out, across services."""

import asyncio

from faststream.rabbit.opentelemetry import RabbitTelemetryMiddleware
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.events import SolutionMatched, SolutionRecorded
from shared.messaging.broker import open_broker
from shared.messaging.bus import MessageBus
from shared.messaging.catalogue import PUBLISHED_BY
from shared.observability.tracing import tracing
from shared.settings import ServiceSettings
from tests.broker import WAITS, Outsider
from tests.builders import solution_matched, solution_recorded
from tests.component.buses import started


def a_traced_edge(url: str, service: str, spans: InMemorySpanExporter) -> MessageBus:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    traced = RabbitTelemetryMiddleware(tracer_provider=provider)
    settings = ServiceSettings(amqp_url=url, retry_waits=WAITS, grace_seconds=10)
    return open_broker(service, settings, PUBLISHED_BY[service], middlewares=[traced])


async def test_one_journey_through_two_services_is_one_trace(outsider: Outsider) -> None:
    spans, arrived = InMemorySpanExporter(), asyncio.Event()
    scoring = a_traced_edge(outsider.url, "scoring", spans)
    notifications = a_traced_edge(outsider.url, "notifications", spans)

    @scoring.subscribe("scoring.solution-recorded")
    async def match(_: SolutionRecorded) -> SolutionMatched:
        return solution_matched()

    @notifications.subscribe("notifications.solution-matched")
    async def write(_: SolutionMatched) -> None:
        arrived.set()

    async with started(scoring), started(notifications):
        await outsider.say(solution_recorded())
        await asyncio.wait_for(arrived.wait(), 30)
    traces = {span.context.trace_id for span in spans.get_finished_spans() if span.context}
    assert len(traces) == 1
    assert len(spans.get_finished_spans()) >= 3


def test_without_an_endpoint_nothing_is_traced_and_nothing_is_paid() -> None:
    assert tracing("scoring", None) == []
    assert len(tracing("scoring", "http://127.0.0.1:4318")) == 1
