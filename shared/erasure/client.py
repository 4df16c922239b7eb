"""The operator's side of an erasure: every service is asked, and every answer is waited for."""

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
NOT_ASKED = (
    "no queue takes the request: has this service been started, or `citiesshare topology declare` run?"
)
UNANSWERED = "no answer in {wait:.0f} s; it is done when the service runs: ask again then to read its receipt"


async def ask(url: str, person: Person, services: Sequence[str], wait: float) -> list[ErasureReceipt]:
    """Ask ``services`` to erase ``person`` and return their receipts, in order, and the broker's own.

    A service that cannot be asked or does not answer within ``wait`` seconds has a receipt that says so.
    """
    request = ErasureRequest(id=uuid4().hex, words=person.words)
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        answers = await channel.declare_queue(exclusive=True, auto_delete=True)
        for service in services:
            await answers.bind(ERASURE, f"{ERASED}.{service}")
        asked = [service for service in services if await _asked(channel, service, request)]
        receipts = await _gathered(answers, request, asked, wait)
    given = {receipt.service: receipt for receipt in receipts}
    silent = UNANSWERED.format(wait=wait)
    return [
        *(
            given.get(service) or _failed(request, service, silent if service in asked else NOT_ASKED)
            for service in services
        ),
        await _diary(url, person, request),
    ]


async def _asked(channel: AbstractChannel, service: str, request: ErasureRequest) -> bool:
    """Whether the request waits in the queue of the service now, which it does until it is answered."""
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


async def _gathered(
    answers: AbstractQueue, request: ErasureRequest, asked: Sequence[str], wait: float
) -> list[ErasureReceipt]:
    receipts: list[ErasureReceipt] = []
    try:
        async with asyncio.timeout(wait):
            while len(receipts) < len(asked):
                receipts += [one async for one in _arrived(answers) if one.request == request.id]
                await asyncio.sleep(0.2)
    except TimeoutError:
        return receipts
    return receipts


async def _arrived(answers: AbstractQueue) -> AsyncIterator[ErasureReceipt]:
    while (message := await answers.get(no_ack=True, fail=False)) is not None:
        yield ErasureReceipt.model_validate_json(message.body)


async def _diary(url: str, person: Person, request: ErasureRequest) -> ErasureReceipt:
    """What is kept at the broker for integrators who were away: what names the person is dropped."""

    def names(message: AbstractIncomingMessage) -> bool:
        return person.is_in(message.body) or person.is_in({**message.headers})

    try:
        done = await dead_letters.drop_from(url, UNHEARD, names)
    except (AMQPError, ChannelInvalidStateError, OSError) as error:
        return _failed(request, BROKER, explained(error, url)[:500])
    part = ErasedPart(
        place=UNHEARD,
        looked_for="every word, in body and headers",
        found=done.changed,
        removed=done.changed,
        remains="messages on their way or waiting to be tried again, for minutes: ask again after that",
    )
    return ErasureReceipt(request=request.id, service=BROKER, finished=datetime.now(UTC), parts=(part,))


def _failed(request: ErasureRequest, service: str, why: str) -> ErasureReceipt:
    part = ErasedPart(place="everything", failed=why)
    return ErasureReceipt(request=request.id, service=service, finished=datetime.now(UTC), parts=(part,))
