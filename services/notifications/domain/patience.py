"""How long a letter is waited for, and when it is tried again."""

from datetime import timedelta
from typing import NamedTuple

LONGEST = timedelta(minutes=10)


class Patience(NamedTuple):
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
