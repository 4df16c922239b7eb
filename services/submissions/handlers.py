"""The handlers of the submissions service: validate a message, store its records, publish what changed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from faststream.rabbit.annotations import RabbitMessage

from services.submissions.application.auth import BY_ID
from services.submissions.application.event_reader import ONE_EVENT, complaint_of, raw_events_in
from services.submissions.application.incoming_message import IncomingMessage
from services.submissions.application.ingest import Ingest
from services.submissions.application.large_inputs import run_in_thread_if_large
from services.submissions.domain.publishers import Caller, source_complaint
from services.submissions.domain.validation import BARE_OCDS, size_complaint
from shared.errors import TooEarlyError
from shared.events import Complaint, Event, SubmissionRejected
from shared.facts import one_line
from shared.messaging import cloudevents
from shared.messaging.bus import MessageBus
from shared.messaging.cloudevents import Envelope, MalformedEvent, RawEvent
from shared.messaging.retry import account_of, attempts_of, key_of, tried_before

LONGEST_NAME = 1000
Refused = tuple[Envelope, tuple[Complaint, ...]]


def register(bus: MessageBus, reception: Ingest) -> None:
    """Subscribe the service to its queues."""

    @bus.subscribe_raw("submissions.procurement")
    async def record_procurement(delivery: RabbitMessage) -> Sequence[Event]:
        """Record what a procurement system publishes."""
        return await handle(reception, delivery, bus.account)

    @bus.subscribe_raw("submissions.reports")
    async def record_report(delivery: RabbitMessage) -> Sequence[Event]:
        """Record what a city says it needs, tried, achieved and failed at."""
        return await handle(reception, delivery, bus.account)

    @bus.subscribe_raw("submissions.voices")
    async def record_voice(delivery: RabbitMessage) -> Sequence[Event]:
        """Record what citizens, catalogues and commentators say."""
        return await handle(reception, delivery, bus.account)


async def handle(reception: Ingest, delivery: RabbitMessage, own: str) -> Sequence[Event]:
    """Take one message from anybody: its records, or a rejection its sender can find."""
    account = account_of(delivery.raw_message, own)
    message = await _opened(reception, delivery, account)
    if isinstance(message, IncomingMessage):
        size = await _charged(reception, delivery, message, account)
        events = await reception.take(message)
        for event in events:
            if isinstance(event, SubmissionRejected) and not event.partly:
                await reception.repositories.rate_limits.give_back(message.caller.publisher, size)
                await _findable(reception, delivery, message, event)
        return events
    return [await reception.rejections.reject(*message, _received(delivery))]


async def _opened(
    reception: Ingest, delivery: RabbitMessage, account: str | None
) -> IncomingMessage | Refused:
    """Return the message with its envelope open; or the envelope and complaints of its rejection."""
    nameless = _nameless(delivery, account, cloudevents.named_in(delivery.headers))
    caller = await reception.callers.of(account)
    if isinstance(caller, Complaint):
        return nameless, (caller,)
    if too_large := size_complaint(delivery.body, reception.claim.most):
        return nameless, (too_large,)
    letter = await run_in_thread_if_large(len(delivery.body), _letter, delivery, account)
    if isinstance(letter, MalformedEvent):
        named = {**cloudevents.named_in(delivery.headers), **letter.named}
        own = await _own_name(reception, caller, named)
        return own or _nameless(delivery, account, named), (complaint_of(letter),)
    raw = delivery.raw_message
    message = IncomingMessage(
        letter, _received(delivery), caller, attempts_of(raw) < reception.waits, key_of(raw)
    )
    if wrong := source_complaint(caller, letter.envelope.source):
        return _nameless(delivery, account, {"id": letter.envelope.id}), (wrong,)
    return message


def _letter(delivery: RabbitMessage, account: str | None) -> RawEvent | MalformedEvent:
    """The one event in a message, or why it cannot be read."""
    encoding, sender = delivery.raw_message.content_encoding, account or "anonymous"
    try:
        letters = raw_events_in(delivery.headers, delivery.content_type, encoding, delivery.body, sender)
    except MalformedEvent as error:
        return error
    return letters[0] if len(letters) == 1 else MalformedEvent("", ONE_EVENT.format(len(letters)))


async def _own_name(reception: Ingest, caller: Caller, named: Mapping[str, str]) -> Envelope | None:
    """The (source, id) that its sender knows, where it may speak under it and nothing else has that name."""
    source, identifier = named.get("source", ""), named.get("id", "")
    if not source or not identifier or max(len(source), len(identifier)) > LONGEST_NAME:
        return None
    if source_complaint(caller, source) or await reception.repositories.messages.fate(source, identifier):
        return None
    return Envelope(id=identifier, source=source, type=named.get("type", "-")[:LONGEST_NAME])


async def _findable(
    reception: Ingest, delivery: RabbitMessage, message: IncomingMessage, rejected: SubmissionRejected
) -> None:
    """Keep the fate of bare OCDS under its message id, too: its sender does not know our hash of it."""
    identifier = delivery.raw_message.message_id
    if message.envelope.type == BARE_OCDS and identifier:
        named = message.envelope.model_copy(update={"id": one_line(identifier)[:LONGEST_NAME]})
        complaints = rejected.complaints
        await reception.repositories.messages.keep_fate(
            named, "rejected", message.received, complaints=complaints
        )


async def _charged(
    reception: Ingest, delivery: RabbitMessage, message: IncomingMessage, account: str | None
) -> int:
    """Charge the publisher for a message it sent to the broker; returns the bytes. Raises TooEarlyError.

    What came over HTTP was charged there, and what comes back from a failed try was charged before.
    """
    publisher = message.caller.publisher
    by_http = account is not None and account.startswith(BY_ID)
    if publisher is None or by_http or tried_before(delivery.raw_message):
        return 0
    charge = await reception.repositories.rate_limits.charge(publisher, messages=1, bytes=len(delivery.body))
    if charge.wait:
        raise TooEarlyError(f"{publisher.id} sends more than it may in a minute")
    return len(delivery.body)


def _nameless(delivery: RabbitMessage, account: str | None, named: Mapping[str, str]) -> Envelope:
    """What a rejection is kept under where the message's source is not known, or not its sender's own."""
    identifier = one_line(named.get("id") or str(delivery.message_id))[:LONGEST_NAME]
    return Envelope(id=identifier, source=f"urn:citiesshare:ingest:{account or 'anonymous'}", type="-")


def _received(delivery: RabbitMessage) -> datetime:
    """When the message was published, as the broker knows it: a repeat has the same time."""
    return delivery.raw_message.timestamp or datetime.now(UTC)
