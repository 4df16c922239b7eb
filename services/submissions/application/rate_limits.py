"""What each publisher may send in a minute, over HTTP and at the broker together: messages and bytes."""

from dataclasses import dataclass

from services.submissions.domain.publishers import Publisher, owner_of
from shared.store.token_buckets import Charge, TokenBuckets

OPEN_DOORS = {"messages": 60_000, "bytes": 600_000_000}
"""For all together who are not registered, where the doors are open."""


@dataclass(frozen=True)
class PublisherRateLimits:
    """Charges publishers for what they send, and gives back the bytes of what was not taken."""

    limits: TokenBuckets

    async def charge(self, publisher: Publisher | None, **costs: int) -> Charge:
        """Charge ``messages`` and ``bytes``: all of it, or nothing."""
        return await self.limits.charge(owner_of(publisher), costs, allowed(publisher))

    async def give_back(self, publisher: Publisher | None, size: int) -> None:
        """Give back the bytes of what was charged and not kept."""
        if size > 0:
            await self.charge(publisher, bytes=-size)


def allowed(publisher: Publisher | None) -> dict[str, int]:
    """What ``publisher`` may send in a minute, and at once after a minute of silence."""
    if publisher is None:
        return OPEN_DOORS
    return {"messages": publisher.per_minute, "bytes": publisher.bytes_per_minute}


def largest_batch(publisher: Publisher | None, most: int) -> int:
    """The largest batch that is ever taken, and at most ``most``."""
    return min(allowed(publisher)["messages"], most)
