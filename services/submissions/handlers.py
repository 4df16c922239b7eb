"""What the submissions service does with what it hears: read, judge, keep, say."""

from collections.abc import Sequence
from datetime import UTC, datetime

from faststream.rabbit.annotations import RabbitMessage

from services.submissions.callers import BY_ID
from services.submissions.domain.intake import size_complaint
from services.submissions.domain.speaking import source_complaint
from services.submissions.heard import Heard
from services.submissions.reception import Reception
from shared import cloudevents
from shared.cloudevents import Envelope, Malformed
from shared.edge import Edge
from shared.errors import Delayed
from shared.events import Complaint, Event, SubmissionRejected
from shared.facts import one_line
from shared.parking import account_of, attempts_of, key_of, tried_before


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
    account = account_of(message.raw_message, own)
    heard = await _opened(reception, message, account)
    if isinstance(heard, Heard):
        size = await _charged(reception, message, heard, account)
        said = await reception.take(heard)
        if any(isinstance(each, SubmissionRejected) for each in said):
            await reception.kept.allowances.give_back(heard.caller.publisher, size)
        return said
    return [await reception.rejections.reject(_nameless(message, account), (heard,), _received(message))]


async def _opened(reception: Reception, message: RabbitMessage, account: str | None) -> Heard | Complaint:
    """Return the message with its envelope open, or what is said at the door."""
    caller = await reception.callers.of(account)
    if isinstance(caller, Complaint):
        return caller
    if too_large := size_complaint(message.body, reception.claim.most):
        return too_large
    try:
        letter = cloudevents.read(message.headers, message.content_type, message.body, account or "anonymous")
    except Malformed as error:
        return Complaint(path=error.path, message=str(error))
    raw = message.raw_message
    heard = Heard(letter, _received(message), caller, attempts_of(raw), key_of(raw))
    return source_complaint(caller, letter.envelope.source) or heard


async def _charged(reception: Reception, message: RabbitMessage, heard: Heard, account: str | None) -> int:
    """Charge the publisher for a message it sent to the broker; returns the bytes. Raises Delayed.

    What came over HTTP was charged there, and what comes back from a failed try was charged before.
    """
    publisher = heard.caller.publisher
    by_http = account is not None and account.startswith(BY_ID)
    if publisher is None or by_http or tried_before(message.raw_message):
        return 0
    charge = await reception.kept.allowances.charge(publisher, messages=1, bytes=len(message.body))
    if charge.wait:
        raise Delayed(f"{publisher.id} sends more than it may in a minute")
    return len(message.body)


def _nameless(message: RabbitMessage, account: str | None) -> Envelope:
    """What a rejection is kept under where the message's source is not known, or not its sender's own."""
    given = str(message.headers.get("ce-id") or "").strip() or str(message.message_id)
    identifier = one_line(given)[:1000]
    return Envelope(id=identifier, source=f"urn:citiesshare:ingest:{account or 'anonymous'}", type="-")


def _received(message: RabbitMessage) -> datetime:
    """When the message was published, as the broker knows it: a repeat has the same time."""
    return message.raw_message.timestamp or datetime.now(UTC)
