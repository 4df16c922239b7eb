"""Everything the service keeps, each by whoever keeps it."""

from dataclasses import dataclass
from typing import Self

from services.submissions.adapters.mongo.blob_store import Deposit
from services.submissions.adapters.mongo.messages import Messages
from services.submissions.adapters.mongo.moderation_queue import Desk
from services.submissions.adapters.mongo.publishers import Accounts
from services.submissions.adapters.mongo.records import Store
from services.submissions.adapters.mongo.releases import Releases
from services.submissions.adapters.mongo.unplaced_buyers import Places
from services.submissions.application.rate_limits import Allowances
from shared.store.mongo import Database
from shared.store.token_buckets import TokenBuckets


@dataclass(frozen=True)
class Kept:
    """Records, fates, what waits for a person, large data, publishers, releases, allowances, places."""

    store: Store
    messages: Messages
    desk: Desk
    deposit: Deposit
    accounts: Accounts
    releases: Releases
    allowances: Allowances
    places: Places

    @classmethod
    def within(cls, database: Database) -> Self:
        """All of it in one database."""
        return cls(
            Store(database),
            Messages(database),
            Desk(database),
            Deposit(database),
            Accounts(database),
            Releases(database),
            Allowances(TokenBuckets(database)),
            Places(database),
        )

    async def prepare(self) -> None:
        """Create all indexes."""
        for each in vars(self).values():
            await each.prepare()
