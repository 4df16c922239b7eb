"""One process of the baseline: consume, the same store operations, publish with confirm, acknowledge."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from uuid import uuid4

import aio_pika
from aio_pika import DeliveryMode, ExchangeType, Message
from aio_pika.abc import AbstractIncomingMessage
from aiosmtplib import SMTP
from pymongo import IndexModel

from benchmarks.counted import Work
from benchmarks.load import ACCEPTED, DONE
from shared.settings import ServiceSettings
from shared.store.mongo import Collection, open_database

HOPS = 3
FIRST = "floor.0"
HEAD = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: floor\r\n\r\n"
LINE = b"x" * 76 + b"\r\n"


async def declare_floor(url: str) -> None:
    """Declare the queues of the baseline and the exchange at its end."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        for hop in range(HOPS):
            await channel.declare_queue(f"floor.{hop}", durable=True, arguments={"x-queue-type": "quorum"})
        await channel.declare_exchange(DONE, ExchangeType.FANOUT)


async def store_work(collection: Collection, work: Work) -> None:
    """Run the operations of ``work`` one after another, as in a handler."""
    keys = [uuid4().hex for _ in range(work.inserts)]
    for key in keys:
        body = {f"field{number}": key for number in range(work.indexes)}
        await collection.insert_one({"_id": key, "body": "x" * work.document, "revision": 1, **body})
    for _ in range(work.finds):
        await collection.find_one({"_id": keys[0]})
    for revision in range(1, work.updates + 1):
        # Most updates of the services change more than this; so the baseline is rather too fast than too
        # slow.
        change = {"$set": {"revision": revision + 1}}
        await collection.update_one({"_id": keys[0], "revision": revision}, change)


async def relay(hop: int, work: Work, letter: bytes) -> None:
    """Relay messages until SIGTERM."""
    settings = ServiceSettings()
    database = open_database(settings, f"floor{hop}")
    indexes = [IndexModel([(f"field{number}", 1)], name=f"field{number}") for number in range(work.indexes)]
    if indexes:
        await database.ensure_indexes("relay", indexes)
    connection = await aio_pika.connect_robust(settings.amqp_url)
    channel = await connection.channel(publisher_confirms=True)
    await channel.set_qos(prefetch_count=settings.prefetch)
    last = hop == HOPS - 1
    done = await channel.get_exchange(DONE)
    smtp, lock = SMTP(hostname="127.0.0.1", port=int(os.environ["SMTP_PORT"])), asyncio.Lock()
    if last:
        await smtp.connect()

    async def hand_over() -> None:
        async with lock:
            await smtp.sendmail("a@example.org", ["b@example.org"], letter)

    async def on_message(message: AbstractIncomingMessage) -> None:
        await store_work(database["relay"], work)
        if last:
            await hand_over()
            await done.publish(_message(message, {ACCEPTED: str(time.time())}), "")
        else:
            await channel.default_exchange.publish(_message(message), f"floor.{hop + 1}")
        await message.ack()

    await _until_stopped(channel, f"floor.{hop}", on_message)
    await connection.close()


def arguments(hop: int, work: Work, letter_bytes: int) -> list[str]:
    """Return the command-line arguments of a hop."""
    return [str(hop), json.dumps(asdict(work)), str(letter_bytes)]


def letter_of(size: int) -> bytes:
    """Return a letter of about ``size`` bytes."""
    return HEAD + LINE * max(1, (size - len(HEAD)) // len(LINE))


async def _until_stopped(
    channel: aio_pika.abc.AbstractChannel,
    queue: str,
    on_message: Callable[[AbstractIncomingMessage], Awaitable[None]],
) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await (await channel.get_queue(queue)).consume(on_message)
    await stopping.wait()


def _message(message: AbstractIncomingMessage, extra: Mapping[str, str] = MappingProxyType({})) -> Message:
    headers = {**message.headers, **extra}
    return Message(message.body, headers=headers, delivery_mode=DeliveryMode.PERSISTENT)


if __name__ == "__main__":
    asyncio.run(relay(int(sys.argv[1]), Work(**json.loads(sys.argv[2])), letter_of(int(sys.argv[3]))))
