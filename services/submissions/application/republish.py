"""Having records said anew, by the way everything is said: a message to the intake."""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from uuid import uuid4

from services.submissions.adapters.amqp_sender import OutgoingMessage
from services.submissions.adapters.input_publisher import publish_input
from services.submissions.application.auth import CLOCK
from services.submissions.application.scheduler import SOURCE, today
from services.submissions.domain.drafts import MODELS
from shared.events import RecordDue
from shared.messaging.bus import MessageBus
from shared.messaging.retry import ACCOUNT


async def messages_for(keys: Iterable[str]) -> AsyncIterator[OutgoingMessage]:
    """Give a message for each record by its key, which has it recorded under a new revision and said."""
    for key in keys:
        kind, _, identifier = key.partition("|")
        if kind in MODELS:
            body = {"kind": kind, "record": identifier, "what": "say_again", "day": today()}
            due = RecordDue.model_validate(body)
            data = due.model_dump_json().encode()
            yield OutgoingMessage(due.key, uuid4().hex, SOURCE, due.message_type(), data, datetime.now(UTC))


async def republish(bus: MessageBus, keys: Iterable[str]) -> None:
    """Say them from the service itself, which speaks for its clock."""
    async for letter in messages_for(keys):
        await publish_input(bus, letter.key, {**letter.message().headers, ACCOUNT: CLOCK}, letter.body)
