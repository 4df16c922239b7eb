"""Having records published anew, by the way of every word: a message to the input exchange."""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from uuid import uuid4

from services.submissions.application.auth import CLOCK
from services.submissions.application.outgoing_message import InputPublisher, OutgoingMessage
from services.submissions.application.scheduler import SOURCE, today
from services.submissions.domain.drafts import MODELS, kind_and_id
from shared.events import RecordDue
from shared.messaging.retry import ACCOUNT


async def messages_for(keys: Iterable[str]) -> AsyncIterator[OutgoingMessage]:
    """Give a message for each record by its key: it is recorded under a new revision and published."""
    for key in keys:
        kind, identifier = kind_and_id(key)
        if kind in MODELS:
            body = {"kind": kind, "record": identifier, "what": "say_again", "day": today()}
            due = RecordDue.model_validate(body)
            data = due.model_dump_json().encode()
            yield OutgoingMessage(due.key, uuid4().hex, SOURCE, due.message_type(), data, datetime.now(UTC))


async def republish(publisher: InputPublisher, keys: Iterable[str]) -> None:
    """Publish these messages from the service itself, in the name of its scheduler."""
    async for message in messages_for(keys):
        await publisher.publish(message.key, {**message.headers, ACCOUNT: CLOCK}, message.body)
