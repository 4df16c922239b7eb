"""How long what is kept is kept: a table per service, enforced by the store or by a round."""

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
FIRST_SECONDS = 60.0  # once the service hears, and its queues are declared
Query = Callable[[datetime], Mapping[str, Any]]
log = structlog.get_logger()


@dataclass(frozen=True)
class RetentionRule:
    """One collection, or a part of one: what of persons it holds, and until when it is kept.

    ``setting`` names the days in the settings. Where time alone decides, the store removes a document that
    many days after the date in its field ``since``; else the service removes what ``ends`` finds, or only
    the fields in ``without``.
    """

    collection: str
    persons: str
    until: str
    setting: str | None = None
    since: str | None = None
    ends: Query | None = None
    without: tuple[str, ...] = ()

    def days(self, settings: ServiceSettings) -> int | None:
        """For how many days, where days decide."""
        return int(getattr(settings, self.setting)) if self.setting else None


async def prepare(database: Database, kept: Iterable[RetentionRule], settings: ServiceSettings) -> None:
    """Have the store remove what time alone removes; another number of days holds for what is there, too."""
    for one in kept:
        days = one.days(settings)
        if one.since is not None and days is not None:
            index = IndexModel(
                [(one.since, ASCENDING)], name=f"{one.since}_expires", expireAfterSeconds=days * A_DAY
            )
            await database.ensure_indexes(one.collection, [index])


async def expire(
    database: Database, kept: Iterable[RetentionRule], settings: ServiceSettings, now: datetime
) -> dict[str, int]:
    """Remove what is kept no longer by its state; returns how many documents, by collection."""
    gone: dict[str, int] = {}
    for one in kept:
        days = one.days(settings)
        if one.ends is None or days is None:
            continue
        query = dict(one.ends(now - timedelta(days=days)))
        if one.without:
            fields = {"$unset": dict.fromkeys(one.without, "")}
            count = (await database[one.collection].update_many(query, fields)).modified_count
        else:
            count = (await database[one.collection].delete_many(query)).deleted_count
        gone[one.collection] = gone.get(one.collection, 0) + int(count)
    return {collection: count for collection, count in gone.items() if count}


async def expire_dead_letters(bus: MessageBus, now: datetime) -> int:
    """Drop the dead letters that nobody replayed or dropped for so long; returns how many."""
    until = (now - timedelta(days=bus.settings.dead_letters_days)).isoformat()

    def old(letter: DeadLetter) -> bool:
        return bool(letter.died) and letter.died < until

    return len(await dead_letters.drop_all(bus.settings.amqp_url, [bus.service], old))


def running(
    bus: MessageBus, database: Database, kept: Sequence[RetentionRule]
) -> Callable[[], AsyncIterator[None]]:
    """Return what enforces the table beside the service; a round that fails is repeated by the next."""

    async def forever() -> None:
        await asyncio.sleep(min(FIRST_SECONDS, bus.settings.retention_seconds))
        while True:
            now = datetime.now(UTC)
            try:
                gone = await expire(database, kept, bus.settings, now)
                dropped = await expire_dead_letters(bus, now)
                if gone or dropped:
                    log.info("retention_removed", collections=gone, dead_letters=dropped)
            except Exception as error:  # noqa: BLE001 - broker or store away: the next round finds the same
                log.warning("retention_failed", reason=repr(error)[:300])
            await asyncio.sleep(bus.settings.retention_seconds)

    async def alongside() -> AsyncIterator[None]:
        rounds = asyncio.create_task(forever())
        yield
        rounds.cancel()
        with suppress(asyncio.CancelledError):
            await rounds

    return alongside


def table(service: str, kept: Iterable[RetentionRule], settings: ServiceSettings) -> str:
    """The rows of one service in Markdown, as `docs/retention.md` has them."""
    rows = [f"| {service} | what of persons | kept until | setting | days |", "|---|---|---|---|---|"]
    for one in kept:
        setting = f"`{one.setting.upper()}`" if one.setting else "–"
        days = one.days(settings)
        shown = "–" if days is None else str(days)
        rows.append(f"| `{one.collection}` | {one.persons} | {one.until} | {setting} | {shown} |")
    return "\n".join(rows)
