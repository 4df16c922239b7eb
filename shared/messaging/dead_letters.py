"""The dead letters: to be looked at, replayed or dropped by a person. Looking takes nothing away."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared.facts import one_line
from shared.messaging.retry import attempts_of, replay, rewrite
from shared.messaging.topology import SERVICES

LONGEST_PEEK = 10_000


@dataclass(frozen=True)
class DeadLetter:
    """One dead letter, as a person sees it."""

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
    """How many messages were looked at and changed, and whether that was the ``whole`` queue."""

    looked: int
    changed: int
    whole: bool


def dead_letter_queue(service: str) -> str:
    """The queue of the dead letters of a service."""
    return f"{service}.dead"


async def list_dead_letters(url: str, services: Sequence[str] = SERVICES) -> list[DeadLetter]:
    """Return all dead letters of ``services``; they stay where they are."""
    async with _channel(url) as channel:
        return [
            read(service, message)
            for service in services
            async for message in _each(channel, dead_letter_queue(service))
        ]


async def replay_all(
    url: str, services: Sequence[str], wanted: Callable[[DeadLetter], bool]
) -> list[DeadLetter]:
    """Send the ``wanted`` dead letters back to where they died; returns them.

    Each is confirmed in its queue before it leaves the dead, so that none is lost; hearing one twice
    changes nothing.
    """
    return await _take(url, services, wanted, replay)


async def rewrite_all(url: str, service: str, rewritten: Callable[[Any], Any]) -> RewriteResult:
    """Give each dead letter of ``service`` the body and headers that ``rewritten`` makes of its own."""
    looked = changed = 0
    async with _channel(url) as channel:
        async for message in _each(channel, dead_letter_queue(service)):
            looked += 1
            body, headers = rewritten(message.body), rewritten({**message.headers})
            if (body, headers) != (message.body, {**message.headers}):
                await rewrite(channel, message, service, body, headers)
                await message.ack()
                changed += 1
    return RewriteResult(looked, changed, whole=looked < LONGEST_PEEK)


async def drop_from(url: str, queue: str, wanted: Callable[[AbstractIncomingMessage], bool]) -> RewriteResult:
    """Drop the ``wanted`` messages of ``queue`` for good; the others stay where they are."""
    looked = dropped = 0
    async with _channel(url) as channel:
        async for message in _each(channel, queue):
            looked += 1
            if wanted(message):
                await message.ack()
                dropped += 1
    return RewriteResult(looked, dropped, whole=looked < LONGEST_PEEK)


async def drop_all(
    url: str, services: Sequence[str], wanted: Callable[[DeadLetter], bool]
) -> list[DeadLetter]:
    """Drop the ``wanted`` dead letters for good; returns them."""
    return await _take(url, services, wanted, _let_go)


async def _let_go(_: AbstractChannel, __: AbstractIncomingMessage, ___: str) -> None:
    """Do nothing before the message leaves the dead."""


async def _take(
    url: str,
    services: Sequence[str],
    wanted: Callable[[DeadLetter], bool],
    first: Callable[[AbstractChannel, AbstractIncomingMessage, str], Awaitable[None]],
) -> list[DeadLetter]:
    """Take the ``wanted`` letters from the dead, each after ``first`` was done with it and its place."""
    done = []
    async with _channel(url) as channel:
        for service in services:
            async for message in _each(channel, dead_letter_queue(service)):
                letter = read(service, message)
                if wanted(letter):
                    await first(channel, message, letter.place)
                    await message.ack()
                    done.append(letter)
    return done


def read(service: str, message: AbstractIncomingMessage) -> DeadLetter:
    """Return what a person wants to know of a dead ``message``; the broker's own burials are told too.

    Anybody may have written its headers: control characters, which move a terminal's cursor, are gone.
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
        type=one_line(str(headers.get("ce-type", ""))),
        body=message.body,
    )


@asynccontextmanager
async def _channel(url: str) -> AsyncIterator[AbstractChannel]:
    async with await aio_pika.connect(url) as connection:
        yield await connection.channel(publisher_confirms=True, on_return_raises=True)


async def _each(channel: AbstractChannel, name: str) -> AsyncIterator[AbstractIncomingMessage]:
    """Take each message that is there now once; what is not acknowledged goes back at the end."""
    queue = await channel.get_queue(name)
    for _ in range(LONGEST_PEEK):
        message = await queue.get(no_ack=False, fail=False)
        if message is None:
            return
        yield message
