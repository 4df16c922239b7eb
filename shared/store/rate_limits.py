"""Rate limits shared by all replicas: one counter in the store for each limit, key and time window.

A key (an address, a client) is stored as a hash; its counter is deleted within minutes after its window.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import ClassVar, NamedTuple

from shared.store.mongo import ASCENDING, Database, DuplicateKeyError, IndexModel

COLLECTION = "rate_limits"


class RateLimit(NamedTuple):
    """At most ``most`` uses in each window of ``seconds``; ``name`` distinguishes its counters."""

    name: str
    most: int
    seconds: int


class RateLimits:
    """Fixed-window counters in the collection ``rate_limits``; the store deletes those of past windows."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        COLLECTION: [IndexModel([("ends", ASCENDING)], name="ends", expireAfterSeconds=0)]
    }

    def __init__(self, database: Database) -> None:
        self._counters = database[COLLECTION]

    async def allow(self, limits: Sequence[RateLimit], key: str, now: datetime) -> bool:
        """Count one use of ``key`` in each of ``limits``; returns False where a limit was reached already."""
        return all([await self._count(limit, key, now) for limit in limits])

    async def _count(self, limit: RateLimit, key: str, now: datetime) -> bool:
        """Count with one conditional upsert: at the limit the insert is a duplicate key."""
        window = int(now.timestamp()) // limit.seconds
        hashed = sha256(f"{limit.name}|{key}".encode()).hexdigest()[:32]
        ends = datetime.fromtimestamp((window + 1) * limit.seconds, UTC) + timedelta(minutes=1)
        try:
            await self._counters.update_one(
                {"_id": f"{limit.name}|{window}|{hashed}", "used": {"$lt": limit.most}},
                {"$inc": {"used": 1}, "$setOnInsert": {"ends": ends}},
                upsert=True,
            )
        except DuplicateKeyError:
            return False
        return True
