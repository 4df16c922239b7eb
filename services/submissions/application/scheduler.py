"""The scheduler: publishes which records are due. It changes nothing, so replicas may repeat it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Literal, cast

import structlog

from services.submissions.application.auth import CLOCK
from services.submissions.application.outgoing_message import InputPublisher
from services.submissions.application.repositories import RecordRepository
from services.submissions.domain.drafts import kind_and_id
from services.submissions.domain.records import Record
from shared.events import RecordDue
from shared.messaging import cloudevents
from shared.messaging.retry import ACCOUNT

SOURCE = "urn:citiesshare:clock"
What = Literal["embargo", "lapse", "check_in", "say_again"]
log = structlog.get_logger()


def today() -> date:
    """The day by the calendar of Greenwich."""
    return datetime.now(UTC).date()


async def tick(publisher: InputPublisher, records: RecordRepository, day: date) -> int:
    """Publish what is due on ``day``; returns how many records that are.

    A day has come when it has by the store's clock, too: what an embargo hid cannot be hidden again. A
    message is drawn from record, occasion and day: said twice, the second is a repeat of the first.
    """
    day = min(day, await records.today())
    due = await records.due(day)
    for record, what in due:
        await publish_due(publisher, record, cast("What", what), day)
    return len(due)


async def publish_due(publisher: InputPublisher, record: Record, what: What, day: date) -> None:
    """Publish that ``what`` is due for ``record``."""
    _, identifier = kind_and_id(record.draft.key)
    due = RecordDue(kind=record.draft.kind, record=identifier, what=what, day=day)
    headers, data = cloudevents.write(due, SOURCE, datetime.now(UTC))
    await publisher.publish(due.key, {**headers, ACCOUNT: CLOCK}, data)


def running(
    publisher: InputPublisher, records: RecordRepository, seconds: float, day: Callable[[], date] = today
) -> Callable[[], AsyncIterator[None]]:
    """Return what keeps the clock running beside the service; a look that fails is repeated at the next."""

    async def forever() -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                if count := await tick(publisher, records, day()):
                    log.info("records_due_published", count=count)
            except Exception as error:  # noqa: BLE001 - broker or store away: the next look finds the same
                log.warning("records_due_failed", reason=repr(error)[:300])

    async def alongside() -> AsyncIterator[None]:
        clock = asyncio.create_task(forever())
        yield
        clock.cancel()
        with suppress(asyncio.CancelledError):
            await clock

    return alongside
