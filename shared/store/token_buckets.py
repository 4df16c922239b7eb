"""Token buckets in the store: limits per minute that are shared by all replicas, over HTTP and AMQP.

Each name has a bucket for each kind of thing that is counted ("messages", "bytes"). A bucket holds the amount
of one minute and refills at that rate. A refused charge takes nothing. (``rate_limits.py`` counts uses of
hashed keys in windows of hours and days.)
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from shared.store.mongo import ASCENDING, Database, Document, IndexModel, update_by_pipeline

WINDOW_SECONDS = 60
COLLECTION = "token_buckets"
_WINDOW = WINDOW_SECONDS * 1000


@dataclass(frozen=True)
class Allowance:
    """State of a bucket: ``left`` of ``per_minute``, seconds until it is full and until the cost fits."""

    per_minute: int
    left: int
    full_in: int
    wait: int

    @property
    def refused(self) -> bool:
        """Whether this bucket holds too little for the cost."""
        return self.wait > 0


@dataclass(frozen=True)
class Charge:
    """The result of a charge: one allowance by kind; either all costs were taken or none."""

    allowances: Mapping[str, Allowance]

    @property
    def wait(self) -> int:
        """Seconds after which the same charge succeeds if nothing else is charged; 0 where it did."""
        return max((allowance.wait for allowance in self.allowances.values()), default=0)

    def headers(self) -> dict[str, str]:
        """Return the header fields ``RateLimit-Policy`` and ``RateLimit``
        (draft-ietf-httpapi-ratelimit-headers).
        """
        buckets = self.allowances.items()
        policy = ", ".join(f'"{kind}";q={bucket.per_minute};w={WINDOW_SECONDS}' for kind, bucket in buckets)
        left = ", ".join(f'"{kind}";r={bucket.left};t={bucket.full_in}' for kind, bucket in buckets)
        return {"RateLimit-Policy": policy, "RateLimit": left}


class TokenBuckets:
    """One document for each name; each charge is one atomic update with the time of the store.

    The store deletes full buckets.
    """

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        COLLECTION: [IndexModel([("full", ASCENDING)], name="full", expireAfterSeconds=WINDOW_SECONDS)]
    }

    def __init__(self, database: Database) -> None:
        self._buckets = database[COLLECTION]

    async def charge(self, name: str, costs: Mapping[str, int], per_minute: Mapping[str, int]) -> Charge:
        """Take ``costs`` from the buckets of ``name``, or nothing where one of them holds too little.

        ``per_minute`` is the capacity of each bucket. A negative cost refunds. A cost above the capacity
        never succeeds: the caller must refuse it before.
        """
        document = await update_by_pipeline(self._buckets, name, _pipeline(costs, per_minute))
        return Charge({kind: _allowance(document, kind, per_minute[kind]) for kind in costs})


def _pipeline(costs: Mapping[str, int], per_minute: Mapping[str, int]) -> list[Document]:
    """Return the update; ``until.<kind>`` is the millisecond at which the bucket is full again.

    Source: the generic cell rate algorithm (ITU-T I.371).
    """
    now = {"$toLong": "$$NOW"}
    after = {
        kind: {
            "$add": [{"$max": [now, {"$ifNull": [f"$until.{kind}", 0]}]}, cost * _WINDOW / per_minute[kind]]
        }
        for kind, cost in costs.items()
    }
    # After a refund ``until`` may be in the past; the next charge starts from "now".
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


def _allowance(document: Document, kind: str, per_minute: int) -> Allowance:
    now, until = float(document["now"]), float(document["until"][kind])
    owed = max(until - now, 0.0)  # milliseconds until the bucket is full
    left = max(math.floor((_WINDOW - owed) * per_minute / _WINDOW + 1e-6), 0)
    late = 0.0 if document["taken"] else float(document["after"][kind]) - now - _WINDOW
    return Allowance(per_minute, left, math.ceil(owed / 1000), max(math.ceil(late / 1000), 0))
