"""Retention: how long documents are kept, by a table per service that the store or a task enforces."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from shared.messaging import dead_letters
from shared.messaging.bus import MessageBus
from shared.messaging.dead_letters import DeadLetter
from shared.settings import ServiceSettings
from shared.store.mongo import ASCENDING, Database, IndexModel

A_DAY = 86_400
FIRST_SECONDS = 60.0  # by then the service has declared its queues
Query = Callable[[datetime], Mapping[str, Any]]
log = structlog.get_logger()


@dataclass(frozen=True)
class RetentionRule:
    """The retention of one collection or of a part of one: which personal data it holds, and how long.

    ``setting`` is the setting with the number of days. With ``since`` the store deletes a document that many
    days after the date in this field (TTL index). With ``ends`` the service deletes the documents that the
    query finds, or only their fields ``without``. ``persons`` and ``until`` are texts for the table.
    """

    collection: str
    persons: str
    until: str
    setting: str | None = None
    since: str | None = None
    ends: Query | None = None
    without: tuple[str, ...] = ()

    def days(self, settings: ServiceSettings) -> int | None:
        """Return the number of days by the settings, or None where no setting decides."""
        return int(getattr(settings, self.setting)) if self.setting else None


async def prepare(database: Database, rules: Iterable[RetentionRule], settings: ServiceSettings) -> None:
    """Create the TTL indexes of ``rules``; a changed number of days applies to existing documents, too."""
    for rule in rules:
        days = rule.days(settings)
        if rule.since is not None and days is not None:
            index = IndexModel(
                [(rule.since, ASCENDING)], name=f"{rule.since}_expires", expireAfterSeconds=days * A_DAY
            )
            await database.ensure_indexes(rule.collection, [index])


async def expire(
    database: Database, rules: Iterable[RetentionRule], settings: ServiceSettings, now: datetime
) -> dict[str, int]:
    """Delete expired documents or fields by the rules with ``ends``; returns their number by collection."""
    deleted: dict[str, int] = {}
    for rule in rules:
        days = rule.days(settings)
        if rule.ends is None or days is None:
            continue
        query = dict(rule.ends(now - timedelta(days=days)))
        if rule.without:
            fields = {"$unset": dict.fromkeys(rule.without, "")}
            count = (await database[rule.collection].update_many(query, fields)).modified_count
        else:
            count = (await database[rule.collection].delete_many(query)).deleted_count
        deleted[rule.collection] = deleted.get(rule.collection, 0) + int(count)
    return {collection: count for collection, count in deleted.items() if count}


async def expire_dead_letters(bus: MessageBus, now: datetime) -> int:
    """Delete dead letters older than the setting ``dead_letters_days``; returns how many."""
    until = (now - timedelta(days=bus.settings.dead_letters_days)).isoformat()

    def expired(letter: DeadLetter) -> bool:
        return bool(letter.died) and letter.died < until

    return len(await dead_letters.drop_all(bus.settings.amqp_url, [bus.service], expired))


def running(
    bus: MessageBus, database: Database, rules: Sequence[RetentionRule]
) -> Callable[[], AsyncIterator[None]]:
    """Return the background task that applies ``rules``; after an error the next run tries again."""

    async def forever() -> None:
        await asyncio.sleep(min(FIRST_SECONDS, bus.settings.retention_seconds))
        while True:
            now = datetime.now(UTC)
            try:
                deleted = await expire(database, rules, bus.settings, now)
                dropped = await expire_dead_letters(bus, now)
                if deleted or dropped:
                    log.info("retention_removed", collections=deleted, dead_letters=dropped)
            except Exception as error:  # noqa: BLE001 - the next run finds the same documents
                log.warning("retention_failed", reason=repr(error)[:300])
            await asyncio.sleep(bus.settings.retention_seconds)

    async def alongside() -> AsyncIterator[None]:
        task = asyncio.create_task(forever())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return alongside


def table(service: str, rules: Iterable[RetentionRule], settings: ServiceSettings) -> str:
    """Return the Markdown table of one service for `docs/retention.md`."""
    rows = [f"| {service} | what of persons | kept until | setting | days |", "|---|---|---|---|---|"]
    for rule in rules:
        setting = f"`{rule.setting.upper()}`" if rule.setting else "–"
        days = rule.days(settings)
        shown = "–" if days is None else str(days)
        rows.append(f"| `{rule.collection}` | {rule.persons} | {rule.until} | {setting} | {shown} |")
    return "\n".join(rows)
