"""The message bus between RabbitMQ and the handlers: confirms, log context, retries, dead letters.

A handler takes one message and returns the events to publish; the bus does everything else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter
from typing import TypeVar, get_type_hints
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import structlog
from aio_pika.abc import AbstractRobustChannel
from aiormq.exceptions import AMQPError, ChannelInvalidStateError
from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker
from faststream.rabbit.annotations import RabbitMessage
from faststream.rabbit.publisher import RabbitPublisher
from pydantic import ValidationError

from shared.errors import DiscardMessage, PermanentError, TooEarlyError, is_retryable
from shared.events import Event
from shared.messaging import cloudevents, topology
from shared.messaging.catalogue import INBOUND
from shared.messaging.retry import (
    CONFIRM_SECONDS,
    account_of,
    attempts_of,
    dead_letter,
    delays_of,
    postpone,
    schedule_retry,
)
from shared.observability import metrics
from shared.settings import ServiceSettings

E = TypeVar("E", bound=Event)
Published = Event | Iterable[Event] | None
Handler = Callable[[E], Awaitable[Published]]
RawHandler = Callable[[RabbitMessage], Awaitable[Published]]
GIVE_BACK_SECONDS = 1.0  # wait before a message is requeued, so that it is not redelivered in a tight loop
log = structlog.get_logger()


@dataclass
class BusLoad:
    """Load of a bus: messages that are handled now, and messages handled since it started."""

    in_work: int = 0
    handled: int = 0


@dataclass(frozen=True)
class MessageBus:
    """The message bus of one service: its broker, settings, retryable errors and publishers by event."""

    service: str
    broker: RabbitBroker
    settings: ServiceSettings
    is_retryable: Callable[[BaseException], bool] = is_retryable
    publishers: dict[type[Event], RabbitPublisher] = field(default_factory=dict)
    models_by_queue: dict[str, type[Event] | None] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)
    load: BusLoad = field(default_factory=BusLoad)

    def subscribe(self, queue: str) -> Callable[[Handler[E]], Handler[E]]:
        """Register a handler for ``queue``; the type of its only parameter is the model of the queue's
        messages.

        A message that does not fit the model goes to the dead letters.
        """

        def register(handler: Handler[E]) -> Handler[E]:
            model: type[E] = next(iter(get_type_hints(handler).values()))

            async def work(message: RabbitMessage) -> Published:
                return await handler(_read(model, queue, message.body))

            self._subscribe(queue, work, model)
            return handler

        return register

    def subscribe_raw(self, queue: str) -> Callable[[RawHandler], RawHandler]:
        """Register a handler for the raw messages of ``queue``: for input that is not validated yet."""

        def register(handler: RawHandler) -> RawHandler:
            self._subscribe(queue, handler, None)
            return handler

        return register

    async def publish(self, published: Published, correlation_id: str) -> None:
        """Publish what a handler returned (an event, several or none) concurrently, and await the confirms.

        Raises an error of aiormq where an event cannot be routed or is not confirmed.
        """
        events = [published] if isinstance(published, Event) else list(published or ())
        if events:
            await self.channel()
        await asyncio.gather(*(self._publish(event, correlation_id) for event in events))

    @property
    def account(self) -> str:
        """The account with which the service connects to the broker."""
        return unquote(urlsplit(self.settings.amqp_url).username or "guest")

    async def channel(self) -> AbstractRobustChannel:
        """Return the channel for publishing, with confirms and errors for unroutable messages, once it is
        open.

        After a reconnection channels open one by one, so consuming may start before this channel is open.
        Raises TimeoutError after ``CONFIRM_SECONDS``.
        """
        channel = await self.channel_of(None)
        async with asyncio.timeout(CONFIRM_SECONDS):
            await channel.ready()
        return channel

    async def channel_of(self, wanted: Channel | None) -> AbstractRobustChannel:
        """Return the channel that FastStream opened for ``wanted``, one of ``channels``; None: for
        publishing.
        """
        return await self.broker.config.broker_config.channel_manager.get_channel(wanted)

    async def _publish(self, event: Event, correlation_id: str) -> None:
        headers, body = cloudevents.write(event, f"urn:citiesshare:{self.service}", _time_of(event))
        # Message ids must differ on one channel: aio-pika finds the message that the broker returned by its
        # id.
        await self.publishers[type(event)].publish(
            body,
            headers={**headers},
            correlation_id=correlation_id,
            message_id=uuid4().hex,
            content_type="application/json",
            # On the input exchange the broker checks that ``user_id`` is the account of the connection.
            user_id=self.account if type(event) in INBOUND else None,
        )
        metrics.published(event.key)

    def _subscribe(self, queue: str, work: RawHandler, model: type[Event] | None) -> None:
        self.models_by_queue[queue] = model
        channel = Channel(prefetch_count=self.settings.prefetch)
        self.channels.append(channel)

        async def on_message(message: RabbitMessage) -> None:
            await self._consume(queue, work, message)

        self.broker.subscriber(
            topology.work_queue(queue),
            channel=channel,
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,
            title=queue,
        )(on_message)

    async def _consume(self, queue: str, work: RawHandler, message: RabbitMessage) -> None:
        structlog.contextvars.bind_contextvars(
            queue=queue,
            correlation_id=message.correlation_id,
            message_id=cloudevents.attribute(message.headers, "id") or message.message_id,
        )
        started = perf_counter()
        self.load.in_work += 1
        try:
            fate = await self._handle(queue, work, message)
        finally:
            self.load.in_work -= 1
        self.load.handled += 1
        metrics.handled(queue, fate, perf_counter() - started)

    async def _handle(self, queue: str, work: RawHandler, message: RabbitMessage) -> str:
        fate = "done"
        try:
            await self.publish(await work(message), message.correlation_id)
        except DiscardMessage as discarded:
            log.info("message_discarded", reason=str(discarded))
        except Exception as error:  # noqa: BLE001 - every error of a handler ends here
            fate = await self._retry_or_dead_letter(queue, message, error)
        await _settle(message, fate)
        return fate

    def _wait(self, times: int) -> int:
        """Return the seconds before the ``times``-th redelivery; the last wait applies to all later ones."""
        return self.settings.retry_waits[min(times, len(self.settings.retry_waits)) - 1]

    async def _retry_or_dead_letter(self, queue: str, message: RabbitMessage, error: Exception) -> str:
        attempt = attempts_of(message.raw_message) + 1
        reason = f"{type(error).__name__}: {error}"[:2000]
        account = account_of(message.raw_message, self.account)
        try:
            if isinstance(error, TooEarlyError):
                wait = self._wait(delays_of(message.raw_message) + 1)
                await postpone(await self.channel(), message.raw_message, queue, wait, account)
                log.info("message_delayed", wait=wait, reason=reason)
                return "parked"
            if (
                self.is_retryable(error) or _is_broker_error(error)
            ) and attempt < self.settings.retry_attempts:
                wait = self._wait(attempt)
                await schedule_retry(await self.channel(), message.raw_message, queue, wait, attempt, account)
                log.warning("message_retry_scheduled", attempt=attempt, wait=wait, reason=reason)
                return "parked"
            await dead_letter(await self.channel(), message.raw_message, queue, reason, attempt, account)
            log.error(
                "message_dead_lettered",
                reason=reason,
                exc_info=None if isinstance(error, PermanentError) else error,
            )
        except Exception as broker_error:  # noqa: BLE001 - the message is requeued and delivered again
            log.warning("message_unsettled", reason=reason, broker=repr(broker_error))
            return "unsettled"
        return "dead"


def _is_broker_error(error: BaseException) -> bool:
    """Return whether the broker is unreachable, full or lacks its topology: the error may be temporary."""
    return isinstance(error, AMQPError | ChannelInvalidStateError)


async def _settle(message: RabbitMessage, fate: str) -> None:
    """Acknowledge ``message``, or requeue it where its fate is "unsettled".

    An unacknowledged message on an open channel would use up the prefetch limit. Errors of a closed channel
    are ignored: the broker redelivers its messages.
    """
    with suppress(ChannelInvalidStateError, AMQPError, ConnectionError):
        if fate == "unsettled":
            await asyncio.sleep(GIVE_BACK_SECONDS)
            await message.raw_message.nack(requeue=True)
        else:
            await message.raw_message.ack()


def _read(model: type[E], queue: str, body: bytes) -> E:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, p['loc']))}: {p['msg']}" for p in error.errors()[:5])
        raise PermanentError(
            f"{queue} expects {model.key}, and this message does not fit: {problems}"
        ) from None


def _time_of(event: Event) -> datetime:
    """Return the time in the event, or the current time where it has none."""
    times = (
        getattr(event, name, None)
        for name in ("recorded", "matched", "raised", "found", "fired", "received", "at")
    )
    return next((time for time in times if isinstance(time, datetime)), None) or datetime.now(UTC)
