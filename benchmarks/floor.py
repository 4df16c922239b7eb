"""One bare hop of the floor: consume, the same store operations, publish with confirm, acknowledge."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from uuid import uuid4

import aio_pika
from aio_pika import DeliveryMode, ExchangeType, Message
from aio_pika.abc import AbstractIncomingMessage
from aiosmtplib import SMTP

from shared.mongo import Collection, open_database
from shared.settings import ServiceSettings

FIRST, DONE = "floor.0", "floor.done"
# finds, inserts and updates of one message on its way: counted in services/*/store.py
HOPS = ((1, 1, 1), (8, 2, 1), (2, 1, 2))
LETTER = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: floor\r\n\r\n" + b"x" * 76 + b"\r\n" * 200
PREFETCH = 64


async def declare_floor(url: str) -> None:
    """Declare the queues of the relay and where it ends."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        for hop in range(len(HOPS)):
            await channel.declare_queue(f"floor.{hop}", durable=True, arguments={"x-queue-type": "quorum"})
        await channel.declare_exchange(DONE, ExchangeType.FANOUT)


async def store_work(collection: Collection, finds: int, inserts: int, updates: int) -> None:
    """The same kinds of operations, one after another as in a handler."""
    keys = [uuid4().hex for _ in range(inserts)]
    for key in keys:
        await collection.insert_one({"_id": key, "body": "x" * 1500, "revision": 1})
    for _ in range(finds):
        await collection.find_one({"_id": keys[0]})
    for _ in range(updates):
        await collection.update_one({"_id": keys[0], "revision": 1}, {"$set": {"revision": 1, "n": 1}})


async def relay(hop: int) -> None:
    """Relay until told to stop."""
    settings = ServiceSettings()
    collection = open_database(settings, f"floor{hop}")["relay"]
    connection = await aio_pika.connect_robust(settings.amqp_url)
    channel = await connection.channel(publisher_confirms=True)
    await channel.set_qos(prefetch_count=PREFETCH)
    last = hop == len(HOPS) - 1
    done = await channel.get_exchange(DONE)
    smtp, lock = SMTP(hostname="127.0.0.1", port=int(os.environ["SMTP_PORT"])), asyncio.Lock()
    if last:
        await smtp.connect()

    async def hand_over() -> None:
        async with lock:
            await smtp.sendmail("a@example.org", ["b@example.org"], LETTER)

    async def hear(message: AbstractIncomingMessage) -> None:
        await store_work(collection, *HOPS[hop])
        body = message.body
        if last:
            await hand_over()
            await done.publish(_message(message, body), "")
        else:
            await channel.default_exchange.publish(_message(message, body), f"floor.{hop + 1}")
        await message.ack()

    await _until_stopped(channel, f"floor.{hop}", hear)
    await connection.close()


async def _until_stopped(
    channel: aio_pika.abc.AbstractChannel,
    queue: str,
    hear: Callable[[AbstractIncomingMessage], Awaitable[None]],
) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await (await channel.get_queue(queue)).consume(hear)
    await stopping.wait()


def _message(message: AbstractIncomingMessage, body: bytes) -> Message:
    return Message(body, headers=dict(message.headers), delivery_mode=DeliveryMode.PERSISTENT)


if __name__ == "__main__":
    asyncio.run(relay(int(sys.argv[1])))
