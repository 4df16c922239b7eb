"""What the submissions service does with what it hears: read, judge, keep, say."""

from collections.abc import Sequence
from datetime import UTC, datetime

from faststream.rabbit.annotations import RabbitMessage

from services.submissions.domain.intake import size_complaint
from services.submissions.reception import Heard, Reception
from shared import cloudevents
from shared.broker import Edge
from shared.cloudevents import Envelope, Malformed
from shared.events import Complaint, Event
from shared.parking import account_of


def register(edge: Edge, reception: Reception) -> None:
    """Make the service hear its queues."""

    @edge.hears_raw("submissions.procurement")
    async def record_procurement(message: RabbitMessage) -> Sequence[Event]:
        """Record what a procurement system publishes."""
        return await hear(reception, message, edge.account)

    @edge.hears_raw("submissions.reports")
    async def record_report(message: RabbitMessage) -> Sequence[Event]:
        """Record what a city says it needs, tried, achieved and failed at."""
        return await hear(reception, message, edge.account)

    @edge.hears_raw("submissions.voices")
    async def record_voice(message: RabbitMessage) -> Sequence[Event]:
        """Record what citizens, catalogues and commentators say."""
        return await hear(reception, message, edge.account)


async def hear(reception: Reception, message: RabbitMessage, own: str) -> Sequence[Event]:
    """Take one message from anybody: its records, or a rejection its sender can find."""
    received = _received(message)
    account = account_of(message.raw_message, own)
    source = f"urn:citiesshare:ingest:{account or 'anonymous'}"
    nameless = Envelope(id=str(message.message_id), source=source, type="-")
    caller = await reception.caller(account)
    if isinstance(caller, Complaint):
        return [reception.rejection(nameless, (caller,), received)]
    if too_large := size_complaint(message.body, reception.claim.most):
        return [await reception.reject(nameless, (too_large,), received)]
    try:
        letter = cloudevents.read(message.headers, message.content_type, message.body, account or "anonymous")
    except Malformed as error:
        complaint = Complaint(path=error.path, message=str(error))
        return [await reception.reject(nameless, (complaint,), received)]
    attempt = int(str(message.headers.get("x-attempt", 0)))
    return await reception.take(Heard(letter, received, caller, attempt))


def _received(message: RabbitMessage) -> datetime:
    """When the message was published, as the broker knows it: a repeat has the same time."""
    return message.raw_message.timestamp or datetime.now(UTC)
