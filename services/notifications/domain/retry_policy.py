"""How long a letter is waited for, and when it is tried again."""

from datetime import datetime, timedelta
from typing import NamedTuple

LONGEST = timedelta(minutes=10)


class RetryPolicy(NamedTuple):
    """``lease``: after it nobody comes back who was handing a letter over.

    ``first`` is the wait after a relay put a held letter off, doubled each time; ``most`` since it first did,
    until the letter is given up (RFC 5321, 4.5.4.1, asks for four to five days).
    """

    lease: timedelta
    first: timedelta = timedelta(seconds=30)
    most: timedelta = timedelta(days=5)

    def after(self, tries: int) -> timedelta:
        """How long to wait after so many tries; at most ten minutes, for the relay may be back any time."""
        return min(self.first * (1 << min(tries - 1, 20)), LONGEST)

    def leases(self, now: datetime) -> tuple[datetime, datetime]:
        """Between which moments every lease ends that has not run out ``now``.

        One that ends later than any that is given now was given by a clock that was ahead; clocks may differ
        by the length of a lease.
        """
        return now, now + 2 * self.lease

    def at_its_end(self, lasted: timedelta, tries: int) -> bool:
        """Whether a letter that was put off for so long and so often is given up.

        Both count: a clock that is set wrong makes a moment last for days, but no tries.
        """
        waited = sum(map(self.after, range(1, tries + 1)), timedelta())
        return lasted >= self.most and (2 * waited >= self.most or not self.first)
