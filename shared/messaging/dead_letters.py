"""The dead letters: listing, replaying, rewriting and dropping them. Listing removes nothing."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared.facts import one_line
from shared.messaging import cloudevents
from shared.messaging.retry import attempts_of, replay, rewrite
from shared.messaging.topology import SERVICES

READ_LIMIT = 10_000


@dataclass(frozen=True)
class DeadLetter:
    """One dead letter for display; ``place`` is the queue in which it died, ``died`` is in ISO 8601."""

    id: str
    service: str
    place: str
    reason: str
    died: str
    attempts: int
    correlation_id: str
    type: str
    body: bytes


class RewriteResult(NamedTuple):
    """Numbers of messages read and changed, and whether the ``whole`` queue was read."""

    looked: int
    changed: int
    whole: bool


def dead_letter_queue(service: str) -> str:
    """Return the name of the dead-letter queue of a service."""
    return f"{service}.dead"


async def list_dead_letters(url: str, services: Sequence[str] = SERVICES) -> list[DeadLetter]:
    """Return the dead letters of ``services``, at most ``READ_LIMIT`` of each; they stay in the queue."""
    async with _channel(url) as channel:
        return [
            read(service, message)
            for service in services
            async for message in _messages_in(channel, dead_letter_queue(service))
        ]


async def replay_all(
    url: str, services: Sequence[str], wanted: Callable[[DeadLetter], bool]
) -> list[DeadLetter]:
    """Send the ``wanted`` dead letters back to the queues in which they died; returns them.

    Each is acknowledged only after the broker confirmed its copy, so that none is lost; one that is delivered
    twice has no further effect, because handlers are idempotent.
    """
    return await _take(url, services, wanted, replay)


async def rewrite_all(url: str, service: str, rewritten: Callable[[Any], Any]) -> RewriteResult:
    """Replace body and headers of each dead letter of ``service`` by the results of ``rewritten``."""
    looked = changed = 0
    async with _channel(url) as channel:
        async for message in _messages_in(channel, dead_letter_queue(service)):
            looked += 1
            body, headers = rewritten(message.body), rewritten({**message.headers})
            if (body, headers) != (message.body, {**message.headers}):
                await rewrite(channel, message, service, body, headers)
                await message.ack()
                changed += 1
    return RewriteResult(looked, changed, whole=looked < READ_LIMIT)


async def drop_from(url: str, queue: str, wanted: Callable[[AbstractIncomingMessage], bool]) -> RewriteResult:
    """Delete the ``wanted`` messages of ``queue``; the others stay."""
    looked = dropped = 0
    async with _channel(url) as channel:
        async for message in _messages_in(channel, queue):
            looked += 1
            if wanted(message):
                await message.ack()
                dropped += 1
    return RewriteResult(looked, dropped, whole=looked < READ_LIMIT)


async def drop_all(
    url: str, services: Sequence[str], wanted: Callable[[DeadLetter], bool]
) -> list[DeadLetter]:
    """Delete the ``wanted`` dead letters; returns them."""
    return await _take(url, services, wanted, _do_nothing)


async def _do_nothing(_: AbstractChannel, __: AbstractIncomingMessage, ___: str) -> None:
    """Do nothing: the message is only acknowledged."""


async def _take(
    url: str,
    services: Sequence[str],
    wanted: Callable[[DeadLetter], bool],
    first: Callable[[AbstractChannel, AbstractIncomingMessage, str], Awaitable[None]],
) -> list[DeadLetter]:
    """Acknowledge the ``wanted`` dead letters, each after ``first`` ran with the message and its queue."""
    taken = []
    async with _channel(url) as channel:
        for service in services:
            async for message in _messages_in(channel, dead_letter_queue(service)):
                letter = read(service, message)
                if wanted(letter):
                    await first(channel, message, letter.place)
                    await message.ack()
                    taken.append(letter)
    return taken


def read(service: str, message: AbstractIncomingMessage) -> DeadLetter:
    """Return a dead ``message`` for display, also one that the broker itself dead-lettered (``x-death``).

    Control characters are removed from all texts: the headers may come from outside, and such characters
    could control the terminal.
    """
    headers = message.headers
    deaths = headers.get("x-death")
    first = deaths[0] if isinstance(deaths, list) and deaths and isinstance(deaths[0], dict) else {}
    reason = headers.get("x-reason") or f"broker: {first.get('reason', 'unknown')!s}"
    return DeadLetter(
        id=one_line(str(message.message_id or message.delivery_tag)),
        service=service,
        place=one_line(str(headers.get("x-place") or first.get("queue") or f"{service}.?")),
        reason=one_line(str(reason)),
        died=one_line(str(headers.get("x-died") or first.get("time") or "")),
        attempts=attempts_of(message),
        correlation_id=one_line(str(message.correlation_id or "")),
        type=one_line(cloudevents.attribute(headers, "type") or ""),
        body=message.body,
    )


@asynccontextmanager
async def _channel(url: str) -> AsyncIterator[AbstractChannel]:
    async with await aio_pika.connect(url) as connection:
        yield await connection.channel(publisher_confirms=True, on_return_raises=True)


async def _messages_in(channel: AbstractChannel, name: str) -> AsyncIterator[AbstractIncomingMessage]:
    """Yield each message of a queue once, at most ``READ_LIMIT``.

    Messages that are not acknowledged return to the queue when the channel closes.
    """
    queue = await channel.get_queue(name)
    for _ in range(READ_LIMIT):
        message = await queue.get(no_ack=False, fail=False)
        if message is None:
            return
        yield message
