"""The service's side of an erasure: consumes the request, erases, and publishes a receipt."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime

import structlog
from aio_pika import Message
from faststream.rabbit.annotations import RabbitMessage
from pydantic import ValidationError

from shared.erasure.person import Person
from shared.erasure.receipt import ErasedPart, ErasureReceipt, ErasureRequest
from shared.errors import PermanentError
from shared.messaging import dead_letters
from shared.messaging.bus import MessageBus
from shared.messaging.retry import CONFIRM_SECONDS
from shared.messaging.topology import ERASED, ERASURE

Step = Callable[[], Awaitable[ErasedPart | Sequence[ErasedPart]]]
Steps = Callable[[Person], Mapping[str, Step]]
log = structlog.get_logger()


def subscribe_to_requests(bus: MessageBus, steps: Steps) -> None:
    """Subscribe the service to erasure requests; ``steps`` returns its parts of an erasure by place, in
    order.
    """

    @bus.subscribe_raw(f"{bus.service}.erasure")
    async def erase_person(message: RabbitMessage) -> None:
        """Erase a person from all data of the service, and publish a receipt."""
        request = _read(message.body)
        receipt = await carry_out(bus, request, steps)
        channel = await bus.channel()
        exchange = await channel.get_exchange(ERASURE, ensure=False)
        body = receipt.model_dump_json().encode()
        # Not mandatory: the operator's queue may be gone. Repeating the command gives a new receipt.
        answer = Message(body, content_type="application/json", correlation_id=request.id)
        await exchange.publish(answer, f"{ERASED}.{bus.service}", mandatory=False, timeout=CONFIRM_SECONDS)


async def carry_out(bus: MessageBus, request: ErasureRequest, steps: Steps) -> ErasureReceipt:
    """Run every step, also after one failed, and last the dead letters; return the receipt."""
    person = Person(request.words)
    parts: list[ErasedPart] = []
    for place, step in {**steps(person), "dead letters": lambda: _dead_letters(bus, person)}.items():
        parts += await _run(place, step)
    receipt = ErasureReceipt(
        request=request.id, service=bus.service, finished=datetime.now(UTC), parts=tuple(parts)
    )
    total, failed = sum(part.found for part in parts), [part.place for part in parts if part.failed]
    log.info("erasure_done", request=request.id, found=total, failed=failed)
    return receipt


async def _run(place: str, step: Step) -> Sequence[ErasedPart]:
    """Run a step; an error becomes part of the receipt.

    It is not raised, so that the request, which contains a name, never reaches retry queues or dead letters.
    """
    try:
        result = await step()
    except Exception as error:  # noqa: BLE001 - the next steps run, and the receipt names the failure
        log.warning("erasure_step_failed", place=place, kind=type(error).__name__)
        return [
            ErasedPart(
                place=place,
                failed=f"{type(error).__name__}: see the log of the service, then repeat the command",
            )
        ]
    return [result] if isinstance(result, ErasedPart) else result


async def _dead_letters(bus: MessageBus, person: Person) -> ErasedPart:
    result = await dead_letters.rewrite_all(bus.settings.amqp_url, bus.service, person.without)
    return ErasedPart(
        place="dead letters",
        looked_for="every word, in body and headers",
        found=result.changed,
        changed=result.changed,
        failed=None
        if result.whole
        else f"there are more than {result.looked}: replay or drop some, then repeat the command",
    )


def _read(body: bytes) -> ErasureRequest:
    try:
        return ErasureRequest.model_validate_json(body)
    except ValidationError:
        raise PermanentError("this is not an erasure request: `citiesshare erase` sends them") from None
