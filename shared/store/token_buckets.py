"""How much may be done in a minute, counted in the store: the same for all replicas and both ways in.

Each name has a bucket for each kind of thing that is counted ("messages", "bytes"). A bucket holds what is
allowed in one minute, and fills again at that rate. What is refused takes nothing out. (``rate_limits.py``
counts uses in windows of hours and days, of keys that are kept as hashes.)
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from shared.store.mongo import ASCENDING, Database, Document, IndexModel, update_by_pipeline

WINDOW_SECONDS = 60
COLLECTION = "token_buckets"
_WINDOW = WINDOW_SECONDS * 1000


@dataclass(frozen=True)
class Allowance:
    """A bucket: ``left`` of ``per_minute``; full in ``full_in`` seconds, enough for the cost in ``wait``."""

    per_minute: int
    left: int
    full_in: int
    wait: int

    @property
    def refused(self) -> bool:
        """Whether this bucket has too little for what was asked."""
        return self.wait > 0


@dataclass(frozen=True)
class Charge:
    """What became of a charge: one allowance by kind; all kinds are taken, or none."""

    allowances: Mapping[str, Allowance]

    @property
    def wait(self) -> int:
        """Seconds after which the same charge is taken if nothing else is; 0 where it was taken."""
        return max((each.wait for each in self.allowances.values()), default=0)

    def headers(self) -> dict[str, str]:
        """The fields ``RateLimit-Policy`` and ``RateLimit`` (draft-ietf-httpapi-ratelimit-headers)."""
        each = self.allowances.items()
        policy = ", ".join(f'"{kind}";q={has.per_minute};w={WINDOW_SECONDS}' for kind, has in each)
        left = ", ".join(f'"{kind}";r={has.left};t={has.full_in}' for kind, has in each)
        return {"RateLimit-Policy": policy, "RateLimit": left}


class TokenBuckets:
    """One document for each name; one atomic update for each charge, by the clock of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._buckets = database[COLLECTION]

    async def prepare(self) -> None:
        """Let full buckets be forgotten."""
        full = IndexModel([("full", ASCENDING)], name="full", expireAfterSeconds=WINDOW_SECONDS)
        await self._database.ensure_indexes(COLLECTION, [full])

    async def charge(self, name: str, costs: Mapping[str, int], per_minute: Mapping[str, int]) -> Charge:
        """Take ``costs`` out of the buckets of ``name``, or nothing where one of them has too little.

        ``per_minute`` is what each bucket holds. A negative cost gives back. What costs more than a bucket
        holds is never taken: refuse it before, for no wait helps.
        """
        kept = await update_by_pipeline(self._buckets, name, _pipeline(costs, per_minute))
        return Charge({kind: _allowance(kept, kind, per_minute[kind]) for kind in costs})


def _pipeline(costs: Mapping[str, int], per_minute: Mapping[str, int]) -> list[Document]:
    """The update: ``until.<kind>`` is the millisecond at which the bucket is full again (GCRA)."""
    now = {"$toLong": "$$NOW"}
    after = {
        kind: {
            "$add": [{"$max": [now, {"$ifNull": [f"$until.{kind}", 0]}]}, cost * _WINDOW / per_minute[kind]]
        }
        for kind, cost in costs.items()
    }
    # Given back, a bucket may seem fuller than full: the next charge starts from "now" again.
    enough = [{"$lte": [f"$after.{kind}", {"$add": ["$now", _WINDOW]}]} for kind in costs]
    taken = {
        f"until.{kind}": {"$cond": ["$taken", f"$after.{kind}", {"$ifNull": [f"$until.{kind}", 0]}]}
        for kind in costs
    }
    latest = {"$max": ["$now", *(f"$until.{kind}" for kind in costs)]}
    return [
        {"$set": {"now": now, "after": after}},
        {"$set": {"taken": {"$and": enough}}},
        {"$set": taken},
        {"$set": {"full": {"$add": ["$$NOW", {"$subtract": [latest, "$now"]}]}}},
    ]


def _allowance(kept: Document, kind: str, per_minute: int) -> Allowance:
    now, until = float(kept["now"]), float(kept["until"][kind])
    owed = max(until - now, 0.0)  # milliseconds until the bucket is full
    left = max(math.floor((_WINDOW - owed) * per_minute / _WINDOW + 1e-6), 0)
    late = 0.0 if kept["taken"] else float(kept["after"][kind]) - now - _WINDOW
    return Allowance(per_minute, left, math.ceil(owed / 1000), max(math.ceil(late / 1000), 0))
