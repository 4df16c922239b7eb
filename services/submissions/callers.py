"""Who speaks: a registered publisher, our own pages and clock, or anybody where the doors are open."""

from dataclasses import dataclass

from services.submissions.accounts import Accounts
from services.submissions.domain.speaking import Caller, Publisher
from shared.events import Complaint
from shared.topology import SERVICES

CLOCK = "clock:"
BY_ID = "publisher:"
NAMELESS = "no account vouches for this message: set user_id to the account you connect with"
SHUT = "nobody is registered under account {!r}: have its publisher registered (`publishers add --account`)"


@dataclass(frozen=True)
class Callers:
    """Tells who speaks from the account that the broker, or our own doorway, vouches for."""

    accounts: Accounts
    open_doors: bool = False

    async def of(self, account: str | None) -> Caller | Complaint:
        """Return who speaks through ``account``, or what is said to somebody nobody knows."""
        if account == CLOCK:
            return Caller(None, "clock", trusted=True)
        if account in SERVICES:  # our own pages, where officials speak for their cities
            return Caller(None, account, trusted=account == "submissions")
        publisher = await self._publisher(account) if account else None
        if publisher is None and not self.open_doors:
            return Complaint(path="source", message=SHUT.format(account) if account else NAMELESS)
        who = publisher.id if publisher else account or "anonymous"
        return Caller(publisher, who, trusted=self.open_doors)

    async def _publisher(self, account: str) -> Publisher | None:
        if account.startswith(BY_ID):
            return await self.accounts.by_id(account.removeprefix(BY_ID))
        return await self.accounts.by_account(account)
