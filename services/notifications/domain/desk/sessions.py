"""Sessions of the desk: whose they are, how long they last, and which browser they were begun in.

A session belongs to the person who signed in, not to the post: it opens nothing once the post is handed over
or its address changes, because the holder is compared at each request.
"""

import re
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal, NamedTuple

from pydantic import AwareDatetime

from services.notifications.domain.addresses import normal_address
from services.notifications.domain.officials import Official
from shared.facts import Fact, Id

Browser = Literal["edge", "firefox", "chrome", "safari", "other"]
Device = Literal["phone", "computer"]
TOUCHED_EVERY = timedelta(minutes=1)
SOON = timedelta(minutes=30)
BROWSERS: tuple[tuple[str, Browser], ...] = (
    ("edg", "edge"),
    ("firefox", "firefox"),
    ("fxios", "firefox"),
    ("chrom", "chrome"),
    ("crios", "chrome"),
    ("safari", "safari"),
)
"""Parts of User-Agent headers; Edge names Chrome, and both name Safari, so the order counts."""
PHONES = ("mobile", "android", "iphone", "ipad")


AN_ADDRESS = re.compile(r"/(?:desk|moderation)(?:[/?][!-\[\]-~]*)?")
LONGEST_ADDRESS = 500


class SessionLimits(NamedTuple):
    """After how long without a request a session ends, and after how long in any case."""

    idle: timedelta
    absolute: timedelta

    def end(self, begun: datetime, used: datetime) -> datetime:
        """Return when a session ends."""
        return min(begun + self.absolute, used + self.idle)


class Session(Fact):
    """One sign-in of one official in one browser.

    ``id`` is the hash of the token in the cookie, ``holder`` the hash of who signed in, ``csrf`` the token in
    the forms of the session, which opens nothing alone.
    """

    id: str
    official: Id
    holder: str
    csrf: str
    begun: AwareDatetime
    used: AwareDatetime
    ends: AwareDatetime
    browser: Browser = "other"
    device: Device = "computer"

    def is_open(self, now: datetime) -> bool:
        """Whether the session has not ended ``now``."""
        return now < self.ends

    def belongs_to(self, official: Official | None) -> bool:
        """Whether ``official`` still is who signed in, and still holds the post."""
        if official is None or official.status in {"pending", "left"}:
            return False
        return self.holder == holder_of(official)

    def ends_for_good_soon(self, limits: SessionLimits, now: datetime) -> bool:
        """Whether the session ends in the next half hour, however it is used."""
        return self.begun + limits.absolute - now <= SOON


def holder_of(official: Official) -> str:
    """The hash of the person who holds a post: city, post, name and address."""
    person = (official.id, official.city, official.name, normal_address(official.email))
    return sha256("\n".join(person).encode()).hexdigest()


def browser_of(user_agent: str) -> tuple[Browser, Device]:
    """Return which browser a User-Agent header names, and on what it runs."""
    words = user_agent.casefold()
    browser: Browser = next((name for part, name in BROWSERS if part in words), "other")
    return browser, "phone" if any(phone in words for phone in PHONES) else "computer"


def desk_address(wanted: str) -> str | None:
    """Return ``wanted`` where it is an address of the desk: a path, with or without a query."""
    return wanted if len(wanted) <= LONGEST_ADDRESS and AN_ADDRESS.fullmatch(wanted) else None
