"""Connecting a service to the broker: publisher confirms, persistent messages and topology."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from faststream.message import StreamMessage
from faststream.rabbit import Channel, RabbitBroker
from faststream.rabbit.publisher import RabbitPublisher

from shared.errors import is_retryable
from shared.events import Event
from shared.messaging import topology
from shared.messaging.bus import MessageBus
from shared.messaging.catalogue import exchange_of
from shared.messaging.retry import CONFIRM_SECONDS
from shared.observability.replica import named
from shared.settings import ServiceSettings

CONNECT_SECONDS = 10.0


def open_broker(
    service: str,
    settings: ServiceSettings,
    publishes: Sequence[type[Event]],
    later: Callable[[BaseException], bool] = is_retryable,
    middlewares: Sequence[Any] = (),
) -> MessageBus:
    """Return the message bus of ``service``, which may publish the events in ``publishes``.

    It does not connect yet. ``later`` returns whether an error may be temporary, so that the errors of a
    database can be added.
    """
    broker = RabbitBroker(
        named(settings.amqp_url, service),
        timeout=CONNECT_SECONDS,
        default_channel=Channel(publisher_confirms=True, on_return_raises=True),
        decoder=_undecoded,
        graceful_timeout=settings.grace_seconds,
        fail_fast=False,
        reconnect_interval=1.0,
        app_id=f"citiesshare-{service}",
        logger=None,
        middlewares=middlewares,
    )
    return MessageBus(
        service, broker, settings, later, {event: _publisher(broker, event) for event in publishes}
    )


async def start(bus: MessageBus, keys: Iterable[str]) -> None:
    """Connect, declare the topology (``keys``: the routing keys of all services' events), start consuming.

    Where the setting ``declare_topology`` is off, exchanges and queues must already exist; the service then
    needs no permission to configure the broker.
    """
    await bus.broker.connect()
    if bus.settings.declare_topology:
        await topology.declare(await bus.channel(), bus.settings.retry_waits, keys)
    for subscriber in bus.broker.subscribers:
        # FastStream drops messages that arrive between "consume" and "running"; they would stay
        # unacknowledged until the channel closes. So each subscriber is marked as running before it consumes.
        subscriber.running = True
    await bus.broker.start()


def _publisher(broker: RabbitBroker, event: type[Event]) -> RabbitPublisher:
    return broker.publisher(
        exchange=topology.exchange(exchange_of(event)),
        routing_key=event.key,
        persist=True,
        mandatory=True,
        timeout=CONFIRM_SECONDS,
        schema=event,
        title=event.key,
        description=event.__doc__,
    )


async def _undecoded(message: StreamMessage[Any]) -> bytes:
    """Return the body undecoded: the model of the queue parses it once."""
    return bytes(message.body)
