"""Who speaks: a registered publisher, our own pages and clock, or anybody where the doors are open."""

from dataclasses import dataclass, replace

from services.submissions.application.repositories import PublisherRepository
from services.submissions.domain.publishers import Caller, Publisher
from shared.events import Actor, Complaint

OURSELVES, OFFICIALS = "submissions", "notifications"
CLOCK = "clock:"
BY_ID = "publisher:"
NAMELESS = "no account vouches for this message: set user_id to the account you connect with"
REVOKED = "publisher {!r} was revoked: ask the operator for a new key (`publishers rotate`)"
NO_ACTOR = "nobody acts in this message: an official is named in its `actor`, by post and city"
SHUT = "nobody is registered under account {!r}: have its publisher registered (`publishers add --account`)"


@dataclass(frozen=True)
class Authenticator:
    """Tells who speaks from the account that the broker, or our own HTTP API, vouches for."""

    publishers: PublisherRepository
    open_doors: bool = False

    async def of(self, account: str | None) -> Caller | Complaint:
        """Return who speaks through ``account``, or what is said to somebody nobody knows."""
        if account == CLOCK:
            return Caller(None, "clock", trusted=True)
        if account == OURSELVES:
            return Caller(None, account, trusted=True)
        if account == OFFICIALS:  # our own pages, where officials speak for their cities
            return Caller(None, account, officials=True)
        publisher = await self._publisher(account) if account else None
        if publisher and publisher.revoked:
            return Complaint(path="source", message=REVOKED.format(publisher.id))
        if publisher is None and not self.open_doors:
            return Complaint(path="source", message=SHUT.format(account) if account else NAMELESS)
        who = publisher.id if publisher else account or "anonymous"
        return Caller(publisher, who, trusted=self.open_doors)

    async def _publisher(self, account: str) -> Publisher | None:
        if account.startswith(BY_ID):
            return await self.publishers.by_id(account.removeprefix(BY_ID))
        return await self.publishers.by_account(account)


def acting(caller: Caller, actor: Actor | None) -> Caller | Complaint:
    """Return who speaks, once the message was read: of officials the one that it names."""
    if not caller.officials:
        return caller
    if actor is None:
        return Complaint(path="actor", message=NO_ACTOR)
    return replace(caller, actor=actor, who=f"official:{actor.post}"[:500])


def vouched(caller: Caller) -> str | None:
    """The account that our own vouches for when it hands on what ``caller`` said."""
    if caller.officials:
        return OFFICIALS
    return BY_ID + caller.publisher.id if caller.publisher else None
