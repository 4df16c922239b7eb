"""Opening a broker: confirms, persistence and topology, as every service has them."""

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
    says: Sequence[type[Event]],
    later: Callable[[BaseException], bool] = is_retryable,
    middlewares: Sequence[Any] = (),
) -> MessageBus:
    """Return the message bus of ``service``, which may publish the events in ``says``; nothing connects yet.

    ``later`` decides which errors could work later, so that a store can add its own.
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
    return MessageBus(service, broker, settings, later, {event: _publisher(broker, event) for event in says})


async def start(bus: MessageBus, keys: Iterable[str]) -> None:
    """Connect, declare the topology (``keys`` are all keys that services say), then begin to hear.

    Without the setting ``declare_topology`` everything must stand already: a service then needs no right to
    declare anything.
    """
    await bus.broker.connect()
    if bus.settings.declare_topology:
        await topology.declare(await bus.channel(), bus.settings.retry_waits, keys)
    for subscriber in bus.broker.subscribers:
        # FastStream drops what arrives between "consume" and "running": such a message would stay
        # unacknowledged until the channel closes. Running from the start closes the gap.
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
    """Leave the body alone: it is read once, by the model of its queue."""
    return bytes(message.body)
