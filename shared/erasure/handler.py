"""The service's side of an erasure: it hears the request, does its part, and answers with a receipt."""

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
    """Make the service hear requests; ``steps`` are its parts of an erasure by place, in order."""

    @bus.subscribe_raw(f"{bus.service}.erasure")
    async def erase_person(message: RabbitMessage) -> None:
        """Erase a person from everything the service keeps, and answer with a receipt."""
        request = _read(message.body)
        receipt = await carry_out(bus, request, steps)
        channel = await bus.channel()
        exchange = await channel.get_exchange(ERASURE, ensure=False)
        body = receipt.model_dump_json().encode()
        # Whoever asked may be gone: asked again, the same is told again.
        answer = Message(body, content_type="application/json", correlation_id=request.id)
        await exchange.publish(answer, f"{ERASED}.{bus.service}", mandatory=False, timeout=CONFIRM_SECONDS)


async def carry_out(bus: MessageBus, request: ErasureRequest, steps: Steps) -> ErasureReceipt:
    """Do every step, whatever became of the others; the dead letters of the service are the last."""
    person = Person(request.words)
    parts: list[ErasedPart] = []
    for place, step in {**steps(person), "dead letters": lambda: _dead_letters(bus, person)}.items():
        parts += await _done(place, step)
    receipt = ErasureReceipt(
        request=request.id, service=bus.service, finished=datetime.now(UTC), parts=tuple(parts)
    )
    found, failed = sum(part.found for part in parts), [part.place for part in parts if part.failed]
    log.info("erasure_done", request=request.id, found=found, failed=failed)
    return receipt


async def _done(place: str, step: Step) -> Sequence[ErasedPart]:
    """What a step did. An error is told, never raised: a request must not wait or die with a name in it."""
    try:
        done = await step()
    except Exception as error:  # noqa: BLE001 - the next step is done all the same, and the operator is told
        log.warning("erasure_step_failed", place=place, kind=type(error).__name__)
        return [
            ErasedPart(
                place=place, failed=f"{type(error).__name__}: see the log of the service, then ask again"
            )
        ]
    return [done] if isinstance(done, ErasedPart) else done


async def _dead_letters(bus: MessageBus, person: Person) -> ErasedPart:
    done = await dead_letters.rewrite_all(bus.settings.amqp_url, bus.service, person.without)
    return ErasedPart(
        place="dead letters",
        looked_for="every word, in body and headers",
        found=done.changed,
        changed=done.changed,
        failed=None if done.whole else f"there are more than {done.looked}: replay or drop some, ask again",
    )


def _read(body: bytes) -> ErasureRequest:
    try:
        return ErasureRequest.model_validate_json(body)
    except ValidationError:
        raise PermanentError("this is no request to erase somebody: `citiesshare erase` makes them") from None
