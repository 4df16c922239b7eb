"""Somebody at the broker who is none of us: speaks, listens, counts; and virtual hosts to do it on."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from types import TracebackType
from typing import Self
from uuid import uuid4

import aio_pika
import httpx
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from citiesshare.local.stack import Stack
from citiesshare.rabbitmq.definitions import definitions
from citiesshare.rabbitmq.permissions import Rights
from shared.events import Event
from shared.messaging import cloudevents, topology
from shared.messaging.catalogue import EVENT_KEYS
from tests.builders import NOW
from tests.waiting import until

WAITS = (1, 2)


@asynccontextmanager
async def virtual_host(stack: Stack) -> AsyncIterator[str]:
    """The address of a new virtual host, removed in the end with all its queues.

    Not where the broker was killed meanwhile: RabbitMQ 3.10 loses the supervisor of all its dead-letter
    workers, for good, when a queue is deleted while it elects its leader.
    """
    restarts = stack.children["broker"].restarts
    name = f"test-{uuid4().hex[:8]}"
    async with management(stack) as api:

        async def created() -> bool:
            with suppress(httpx.TransportError):
                return (await api.put(f"/api/vhosts/{name}")).is_success
            return False

        await until(created)
        yield f"{stack.ports.amqp_url.rstrip('/')}/{name}"
        if stack.children["broker"].restarts == restarts:
            with suppress(httpx.HTTPError):
                await api.delete(f"/api/vhosts/{name}")


def management(stack: Stack) -> httpx.AsyncClient:
    """A client of the broker's management doors."""
    address = stack.ports.page("management")
    return httpx.AsyncClient(base_url=address, auth=("guest", "guest"), trust_env=False, timeout=30)


async def define(
    stack: Stack, host: str, accounts: Mapping[str, Rights], passwords: Mapping[str, str]
) -> None:
    """Have the broker know ``accounts``, with their rights on the virtual host ``host`` alone."""
    made = definitions(accounts, passwords, host)
    async with management(stack) as api:
        (await api.post("/api/definitions", json=made)).raise_for_status()


async def forget(stack: Stack, accounts: Iterable[str]) -> None:
    """Take ``accounts`` from the broker again."""
    async with management(stack) as api:
        await api.post("/api/users/bulk-delete", json={"users": list(accounts)})


class Outsider:
    """A publisher and listener of its own; it trusts in confirms and in nothing else."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._open = AsyncExitStack()
        self.channel: AbstractChannel

    async def __aenter__(self) -> Self:
        connection = await aio_pika.connect(self.url)
        await self._open.enter_async_context(connection)
        self.channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(Exception):
            await self._open.aclose()

    async def declare_topology(self, keys: Sequence[str] = EVENT_KEYS) -> None:
        """Declare everything, with short waits."""
        await topology.declare(self.channel, WAITS, keys)

    async def say(self, event: Event, correlation_id: str = "journey", **headers: str) -> None:
        """Say ``event`` where the services speak."""
        written, body = cloudevents.write(event, "urn:citiesshare:test", NOW)
        message = a_message(body, {**written, **headers}, correlation_id)
        await self.publish(topology.EVENTS, event.key, message)

    async def publish(self, exchange: str, key: str, message: Message) -> None:
        """Publish and wait for the confirm; raises where no queue takes it."""
        target = await self.channel.get_exchange(exchange, ensure=False)
        await target.publish(message, key, mandatory=True, timeout=30)

    async def listen(self, *keys: str) -> AbstractQueue:
        """A queue of one's own that hears ``keys`` of what the services say."""
        queue = await self.channel.declare_queue(f"outsider-{uuid4().hex[:8]}", durable=True)
        for key in keys:
            await queue.bind(topology.EVENTS, key)
        return queue

    async def next(self, queue: str | AbstractQueue) -> AbstractIncomingMessage:
        """The next message of ``queue``, taken away; waits for it."""
        there = await self.channel.get_queue(queue) if isinstance(queue, str) else queue
        message = await until(lambda: there.get(no_ack=True, fail=False))
        assert message is not None
        return message

    async def ready(self, queue: str) -> int:
        """How many messages wait in ``queue`` and are in nobody's hands."""
        declared = await self.channel.declare_queue(queue, passive=True)
        return declared.declaration_result.message_count or 0


def a_message(body: bytes, headers: dict[str, str], correlation_id: str = "journey") -> Message:
    """A persistent message as a careful publisher sends it."""
    return Message(
        body,
        headers={**headers},
        content_type="application/json",
        correlation_id=correlation_id,
        message_id=uuid4().hex,
        timestamp=NOW,
        delivery_mode=DeliveryMode.PERSISTENT,
    )


def body_of(message: AbstractIncomingMessage) -> dict[str, object]:
    """The JSON object a message carries."""
    read: dict[str, object] = json.loads(message.body)
    return read
