"""Everything the service keeps, each by whoever keeps it."""

from dataclasses import dataclass
from typing import Self

from services.submissions.accounts import Accounts
from services.submissions.allowances import Allowances
from services.submissions.deposit import Deposit
from services.submissions.desk import Desk
from services.submissions.messages import Messages
from services.submissions.places import Places
from services.submissions.releases import Releases
from services.submissions.store import Store
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
