"""The message bus between RabbitMQ and the handlers: confirms, log context, retries, dead letters.

A handler takes one message and returns what it has to say; everything around that happens here, once.
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
GIVE_BACK_SECONDS = 1.0  # so that what cannot be settled does not spin
log = structlog.get_logger()


@dataclass
class BusLoad:
    """How busy an edge is: messages in work now, and handled since it started."""

    in_work: int = 0
    handled: int = 0


@dataclass(frozen=True)
class MessageBus:
    """One service's edge: its name, its broker, how patient it is and what it may say."""

    service: str
    broker: RabbitBroker
    settings: ServiceSettings
    is_retryable: Callable[[BaseException], bool] = is_retryable
    publishers: dict[type[Event], RabbitPublisher] = field(default_factory=dict)
    models_by_queue: dict[str, type[Event] | None] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)
    load: BusLoad = field(default_factory=BusLoad)

    def subscribe(self, queue: str) -> Callable[[Handler[E]], Handler[E]]:
        """Make a handler hear ``queue``; its one parameter's model is what the queue carries."""

        def register(handler: Handler[E]) -> Handler[E]:
            model: type[E] = next(iter(get_type_hints(handler).values()))

            async def work(message: RabbitMessage) -> Published:
                return await handler(_read(model, queue, message.body))

            self._subscribe(queue, work, model)
            return handler

        return register

    def subscribe_raw(self, queue: str) -> Callable[[RawHandler], RawHandler]:
        """Make a handler hear the message of ``queue`` as it came: for an intake that trusts nobody."""

        def register(handler: RawHandler) -> RawHandler:
            self._subscribe(queue, handler, None)
            return handler

        return register

    async def publish(self, said: Published, correlation_id: str) -> None:
        """Publish what a handler returned, confirms in flight together.

        An event nobody can receive, or one the broker does not confirm, raises.
        """
        events = [said] if isinstance(said, Event) else list(said or ())
        if events:
            await self.channel()
        await asyncio.gather(*(self._publish(event, correlation_id) for event in events))

    @property
    def account(self) -> str:
        """The service's own account at the broker."""
        return unquote(urlsplit(self.settings.amqp_url).username or "guest")

    async def channel(self) -> AbstractRobustChannel:
        """The channel with confirms, on which unroutable messages raise, as soon as it is open.

        After the broker was away channels come back one by one: we may hear again before we can speak. Raises
        TimeoutError where that takes too long.
        """
        channel = await self.channel_of(None)
        async with asyncio.timeout(CONFIRM_SECONDS):
            await channel.ready()
        return channel

    async def channel_of(self, wanted: Channel | None) -> AbstractRobustChannel:
        """The channel that FastStream opened for ``wanted``, one of ``channels``; None is for publishing."""
        return await self.broker.config.broker_config.channel_manager.get_channel(wanted)

    async def _publish(self, event: Event, correlation_id: str) -> None:
        headers, body = cloudevents.write(event, f"urn:citiesshare:{self.service}", _when(event))
        # Two publishes on one channel must not share a message id: a returned one would hide the other.
        await self.publishers[type(event)].publish(
            body,
            headers={**headers},
            correlation_id=correlation_id,
            message_id=uuid4().hex,
            content_type="application/json",
            # Where everybody speaks, the broker vouches for who it was.
            user_id=self.account if type(event) in INBOUND else None,
        )
        metrics.said(event.key)

    def _subscribe(self, queue: str, work: RawHandler, model: type[Event] | None) -> None:
        self.models_by_queue[queue] = model
        channel = Channel(prefetch_count=self.settings.prefetch)
        self.channels.append(channel)

        async def hear(message: RabbitMessage) -> None:
            await self._hear(queue, work, message)

        self.broker.subscriber(
            topology.work_queue(queue),
            channel=channel,
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,
            title=queue,
        )(hear)

    async def _hear(self, queue: str, work: RawHandler, message: RabbitMessage) -> None:
        structlog.contextvars.bind_contextvars(
            queue=queue,
            correlation_id=message.correlation_id,
            message_id=message.headers.get("ce-id", message.message_id),
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
        except DiscardMessage as settled:
            log.info("message_discarded", reason=str(settled))
        except Exception as error:  # noqa: BLE001 - every error of a handler ends here
            fate = await self._put_away(queue, message, error)
        await _settle(message, fate)
        return fate

    def _wait(self, times: int) -> int:
        """Seconds to wait before the ``times``-th return: each is longer than the last."""
        return self.settings.retry_waits[min(times, len(self.settings.retry_waits)) - 1]

    async def _put_away(self, queue: str, message: RabbitMessage, error: Exception) -> str:
        attempt = attempts_of(message.raw_message) + 1
        reason = f"{type(error).__name__}: {error}"[:2000]
        account = account_of(message.raw_message, self.account)
        try:
            if isinstance(error, TooEarlyError):
                wait = self._wait(delays_of(message.raw_message) + 1)
                await postpone(await self.channel(), message.raw_message, queue, wait, account)
                log.info("message_delayed", wait=wait, reason=reason)
                return "parked"
            if (self.is_retryable(error) or _away(error)) and attempt < self.settings.retry_attempts:
                wait = self._wait(attempt)
                await schedule_retry(await self.channel(), message.raw_message, queue, wait, attempt, account)
                log.warning("message_retry_scheduled", attempt=attempt, wait=wait, reason=reason)
                return "parked"
            await dead_letter(await self.channel(), message.raw_message, queue, reason, attempt, account)
            log.error(
                "message_dead_lettered", reason=reason, exc_info=None if isinstance(error, PermanentError) else error
            )
        except Exception as lost:  # noqa: BLE001 - the broker is away: given back, it is heard again
            log.warning("message_unsettled", reason=reason, broker=repr(lost))
            return "unsettled"
        return "dead"


def _away(error: BaseException) -> bool:
    """Return whether ``error`` says that the broker is away, full or not set up yet: it could work later."""
    return isinstance(error, AMQPError | ChannelInvalidStateError)


async def _settle(message: RabbitMessage, fate: str) -> None:
    """Acknowledge ``message``, or give it back: kept unsettled on an open channel it would block the queue.

    A lost channel can do neither, and need not: the broker hands its messages to someone again.
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
        raise PermanentError(f"{queue} carries {model.key}, and this is none: {problems}") from None


def _when(event: Event) -> datetime:
    """The event's own time, where it has one."""
    times = (
        getattr(event, name, None)
        for name in ("recorded", "matched", "raised", "found", "fired", "received", "at")
    )
    return next((time for time in times if isinstance(time, datetime)), None) or datetime.now(UTC)
