"""What the submissions service does with what it hears: read, judge, keep, say."""

from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from faststream.rabbit.annotations import RabbitMessage

from services.submissions.domain.intake import Judged, is_procurement, judge_report
from services.submissions.procurement import Procurement, resolved
from services.submissions.store import Store
from shared import cloudevents
from shared.broker import Edge
from shared.cloudevents import Envelope, Letterbox, Malformed
from shared.events import Complaint, Event, SubmissionRejected

log = structlog.get_logger()


def register(edge: Edge, store: Store, procurement: Procurement) -> None:
    """Make the service hear its queues."""

    @edge.hears_raw("submissions.procurement")
    async def record_procurement(message: RabbitMessage) -> Sequence[Event]:
        """Record what a procurement system publishes."""
        return await hear(store, procurement, message)

    @edge.hears_raw("submissions.reports")
    async def record_report(message: RabbitMessage) -> Sequence[Event]:
        """Record what a city says it needs, tried, achieved and failed at."""
        return await hear(store, procurement, message)

    @edge.hears_raw("submissions.voices")
    async def record_voice(message: RabbitMessage) -> Sequence[Event]:
        """Record what citizens, catalogues and commentators say."""
        return await hear(store, procurement, message)


async def hear(store: Store, procurement: Procurement, message: RabbitMessage) -> Sequence[Event]:
    """Take one message from anybody: its records, or a rejection its sender can find."""
    received = _received(message)
    sender = message.raw_message.user_id or "anonymous"
    try:
        letter = cloudevents.read(message.headers, message.content_type, message.body, sender)
    except Malformed as error:
        complaint = Complaint(path=error.path, message=str(error))
        nameless = Envelope(id=str(message.message_id), source=f"urn:citiesshare:ingest:{sender}", type="-")
        return [await reject(store, nameless, (complaint,), received)]
    return await take(store, procurement, letter, received)


async def take(
    store: Store, procurement: Procurement, letter: Letterbox, received: datetime
) -> Sequence[Event]:
    """Judge a message whose envelope could be read, keep what it says and say what was recorded."""
    if is_procurement(letter.envelope.type):
        judged = await procurement.take(store, letter.data, received)
    else:
        judged = judge_report(letter.envelope.type, letter.data)
    if judged.complaints and not judged.drafts:
        return [await reject(store, letter.envelope, judged.complaints, received)]
    return await accept(store, letter.envelope, judged, received)


async def accept(store: Store, envelope: Envelope, judged: Judged, received: datetime) -> Sequence[Event]:
    """Keep the drafts of a message; the newest revision of each record is what there is to say."""
    said = envelope.time or received
    records = [await store.keep(draft, said, envelope.source) for draft in judged.drafts]
    keys = [record.draft.key for record in records]
    await store.keep_fate(envelope.source, envelope.id, "recorded", received, keys, judged.complaints)
    return [record.event for record in records if resolved(record.draft)]


async def reject(
    store: Store, envelope: Envelope, complaints: tuple[Complaint, ...], received: datetime
) -> Event:
    """Keep and say what is wrong with a message, so that its sender finds it."""
    await store.keep_fate(envelope.source, envelope.id, "rejected", received, complaints=complaints)
    log.warning("submission_rejected", source=envelope.source, event=envelope.id, path=complaints[0].path)
    return SubmissionRejected(
        source=envelope.source,
        event=envelope.id,
        type=envelope.type,
        complaints=complaints,
        received=received,
    )


def _received(message: RabbitMessage) -> datetime:
    """When the message was published, as the broker knows it: a repeat has the same time."""
    return message.raw_message.timestamp or datetime.now(UTC)
