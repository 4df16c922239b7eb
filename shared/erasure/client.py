"""The operator's side of an erasure: sends a request to every service and waits for the receipts."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from uuid import uuid4

import aio_pika
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue
from aio_pika.exceptions import DeliveryError
from aiormq.exceptions import AMQPError, ChannelInvalidStateError

from shared.erasure.person import Person
from shared.erasure.receipt import ErasedPart, ErasureReceipt, ErasureRequest
from shared.messaging import dead_letters
from shared.messaging.connection_errors import explained
from shared.messaging.retry import CONFIRM_SECONDS
from shared.messaging.topology import ERASE, ERASED, ERASURE, UNHEARD

BROKER = "broker"
NO_QUEUE = "no queue for the request: start this service, or run `citiesshare topology declare`"
UNANSWERED = (
    "no answer in {wait:.0f} s; it is done when the service runs: repeat the command then to read its receipt"
)


async def ask(url: str, person: Person, services: Sequence[str], wait: float) -> list[ErasureReceipt]:
    """Ask ``services`` to erase ``person``; return their receipts in this order and the receipt of the
    broker.

    A service without a queue, or that does not answer within ``wait`` seconds, has a receipt with this
    failure.
    """
    request = ErasureRequest(id=uuid4().hex, words=person.words)
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        answers = await channel.declare_queue(exclusive=True, auto_delete=True)
        for service in services:
            await answers.bind(ERASURE, f"{ERASED}.{service}")
        reached = [service for service in services if await _send(channel, service, request)]
        receipts = await _collect(answers, request, len(reached), wait)
    receipt_of = {receipt.service: receipt for receipt in receipts}
    unanswered = UNANSWERED.format(wait=wait)
    return [
        *(
            receipt_of.get(service)
            or _failed(request, service, unanswered if service in reached else NO_QUEUE)
            for service in services
        ),
        await _erase_at_broker(url, person, request),
    ]


async def _send(channel: AbstractChannel, service: str, request: ErasureRequest) -> bool:
    """Publish the request; returns whether it is in the queue of the service, until it is handled."""
    exchange = await channel.get_exchange(ERASURE)
    message = Message(
        request.model_dump_json().encode(),
        content_type="application/json",
        correlation_id=request.id,
        delivery_mode=DeliveryMode.PERSISTENT,
    )
    try:
        await exchange.publish(message, f"{ERASE}.{service}", mandatory=True, timeout=CONFIRM_SECONDS)
    except DeliveryError:
        return False
    return True


async def _collect(
    answers: AbstractQueue, request: ErasureRequest, expected: int, wait: float
) -> list[ErasureReceipt]:
    receipts: list[ErasureReceipt] = []
    try:
        async with asyncio.timeout(wait):
            while len(receipts) < expected:
                receipts += [receipt async for receipt in _arrived(answers) if receipt.request == request.id]
                await asyncio.sleep(0.2)
    except TimeoutError:
        return receipts
    return receipts


async def _arrived(answers: AbstractQueue) -> AsyncIterator[ErasureReceipt]:
    while (message := await answers.get(no_ack=True, fail=False)) is not None:
        yield ErasureReceipt.model_validate_json(message.body)


async def _erase_at_broker(url: str, person: Person, request: ErasureRequest) -> ErasureReceipt:
    """Delete messages that name the person from the queue that the broker keeps for integrators."""

    def names(message: AbstractIncomingMessage) -> bool:
        return person.is_in(message.body) or person.is_in({**message.headers})

    try:
        result = await dead_letters.drop_from(url, UNHEARD, names)
    except (AMQPError, ChannelInvalidStateError, OSError) as error:
        return _failed(request, BROKER, explained(error, url)[:500])
    part = ErasedPart(
        place=UNHEARD,
        looked_for="every word, in body and headers",
        found=result.changed,
        removed=result.changed,
        remains="messages in work queues and retry queues, for minutes: repeat the command after that",
    )
    return ErasureReceipt(request=request.id, service=BROKER, finished=datetime.now(UTC), parts=(part,))


def _failed(request: ErasureRequest, service: str, why: str) -> ErasureReceipt:
    part = ErasedPart(place="everything", failed=why)
    return ErasureReceipt(request=request.id, service=service, finished=datetime.now(UTC), parts=(part,))
