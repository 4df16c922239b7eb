"""Waiting for the fact that nothing is on its way: no message ready, none in work, twice in a row."""

import asyncio

import aio_pika
import httpx
from aio_pika.exceptions import CONNECTION_EXCEPTIONS

from citiesshare.local.stack import Stack
from shared.messaging.topology import WORK, retry_queue

LOOK_EVERY = 0.4
Look = tuple[int, tuple[int, ...]]


async def until_quiet(stack: Stack, waits: tuple[int, ...], seconds: float) -> None:
    """Wait until the pipeline has nothing left to do; raises TimeoutError after ``seconds``."""
    async with asyncio.timeout(seconds):
        last: Look | None = None
        while True:
            now = await _look(stack, waits)
            # Equal counts of handled messages in two looks: none slipped through between broker and handler.
            if now is not None and now[0] == 0 and now == last:
                return
            last = now
            await asyncio.sleep(LOOK_EVERY)


async def _look(stack: Stack, waits: tuple[int, ...]) -> Look | None:
    """Return messages under way and the handled counts; None while a part is away."""
    try:
        ready = await _ready(stack.amqp_url, [work.name for work in WORK] + [retry_queue(w) for w in waits])
        loads = [await _load(stack.ports.operations(name)) for name in stack.services]
    except (*CONNECTION_EXCEPTIONS, TimeoutError, httpx.HTTPError):
        return None
    return ready + sum(load["in_work"] for load in loads), tuple(load["handled"] for load in loads)


async def _ready(url: str, queues: list[str]) -> int:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        declared = [await channel.declare_queue(name, passive=True) for name in queues]
        return sum(queue.declaration_result.message_count or 0 for queue in declared)


async def _load(base: str) -> dict[str, int]:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        answer = await client.get(f"{base}/health/work")
        answer.raise_for_status()
        load: dict[str, int] = answer.json()
        return load
