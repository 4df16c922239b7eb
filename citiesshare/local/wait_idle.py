"""Waiting until no message is ready or in work in two checks in a row."""

import asyncio

import aio_pika
import httpx
from aio_pika.exceptions import CONNECTION_EXCEPTIONS

from citiesshare.local.stack import Stack
from shared.messaging.topology import WORK, retry_queue

CHECK_SECONDS = 0.4
Reading = tuple[int, tuple[int, ...]]


async def wait_until_idle(stack: Stack, waits: tuple[int, ...], seconds: float) -> None:
    """Wait until the services have handled all messages; raises TimeoutError after ``seconds``.

    ``waits`` are the waits of the retry queues in seconds.
    """
    async with asyncio.timeout(seconds):
        last: Reading | None = None
        while True:
            reading = await _read(stack, waits)
            # The counts of handled messages must be equal, too: a message may have passed between two
            # readings.
            if reading is not None and reading[0] == 0 and reading == last:
                return
            last = reading
            await asyncio.sleep(CHECK_SECONDS)


async def _read(stack: Stack, waits: tuple[int, ...]) -> Reading | None:
    """Return the number of pending messages and the counts of handled ones; None while a part is down."""
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
        response = await client.get(f"{base}/health/work")
        response.raise_for_status()
        load: dict[str, int] = response.json()
        return load
