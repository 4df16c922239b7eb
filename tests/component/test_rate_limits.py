"""Limits are counted in the store: many replicas at once let through exactly as many as one."""

import asyncio
from datetime import UTC, datetime, timedelta

from shared.store.indexes import ensure_indexes
from shared.store.mongo import Database
from shared.store.rate_limits import RateLimit, RateLimits

NOW = datetime(2026, 11, 30, 12, 30, tzinfo=UTC)
HOURLY, DAILY = RateLimit("hourly", 5, 3600), RateLimit("daily", 7, 86_400)


async def test_replicas_together_let_through_what_one_may(database: Database) -> None:
    replicas = [RateLimits(database) for _ in range(3)]
    await ensure_indexes(database, [RateLimits])
    asked = [replicas[number % 3].allow([HOURLY], "somebody", NOW) for number in range(30)]
    assert sum(await asyncio.gather(*asked)) == HOURLY.most


async def test_each_key_and_each_window_counts_for_itself(database: Database) -> None:
    limits = RateLimits(database)
    assert [await limits.allow([HOURLY, DAILY], "somebody", NOW) for _ in range(6)] == [True] * 5 + [False]
    assert await limits.allow([HOURLY, DAILY], "somebody else", NOW)
    later = NOW + timedelta(hours=1)
    assert [await limits.allow([HOURLY, DAILY], "somebody", later) for _ in range(2)] == [True, False]
    assert await limits.allow([HOURLY, DAILY], "somebody", NOW + timedelta(days=1))


async def test_a_counter_names_nobody_and_says_when_it_may_go(database: Database) -> None:
    await RateLimits(database).allow([HOURLY], "maria@example.org", NOW)
    kept = await database["rate_limits"].find({}).to_list(None)
    assert "maria" not in str(kept)
    assert [one["ends"] for one in kept] == [datetime(2026, 11, 30, 13, 1, tzinfo=UTC)]
