"""The last look at a letter before it goes: may it still, and may it now."""

import asyncio
from datetime import datetime, timedelta
from typing import NamedTuple

from services.notifications.adapters.holidays import closed_in
from services.notifications.adapters.mongo.known_records import KnownRecordRepository
from services.notifications.adapters.mongo.letters import LetterRepository
from services.notifications.adapters.mongo.page_service import PageService
from services.notifications.adapters.time_zones import zone_of
from services.notifications.domain.delivery_checks import SUPPRESSED_ONLY, why_not_now
from services.notifications.domain.letter_history import (
    ABOUT_A_MATCH,
    last_told,
    takes_its_place,
    unclear_until,
)
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.officials import Official
from services.notifications.domain.quiet_hours import not_before, too_soon


class DeliveryDecision(NamedTuple):
    """``skip`` says why it never goes (a key of ``not_told``), ``wait`` until when it is held.

    ``instead`` is what is left of the letter where it told of records that may not be told of any more.
    """

    skip: str | None = None
    wait: datetime | None = None
    instead: Letter | None = None


GO = DeliveryDecision()


async def anything_goes(letter: Letter, now: datetime) -> DeliveryDecision:  # noqa: ARG001
    """For letters that were looked at before."""
    return GO


class DeliveryPolicy:
    """Looks at what is so now, not at what was so when the letter was written."""

    def __init__(
        self, store: LetterRepository, desk: PageService, records: KnownRecordRepository, cool_down: timedelta
    ) -> None:
        self._store, self._desk, self._records, self._cool_down = store, desk, records, cool_down

    async def __call__(self, letter: Letter, now: datetime) -> DeliveryDecision:
        """Whether ``letter`` goes now, later or never."""
        official, standing, left, cooled = await asyncio.gather(
            self._desk.find_official(letter.official),
            self._desk.find_standing(letter.to),
            self._left_of(letter, now),
            self._cooled(letter, now),
        )
        why = why_not_now(letter, official, standing, now, withdrawn=left is None)
        if why is not None:
            return DeliveryDecision(skip=why)
        if official is None or letter.kind in SUPPRESSED_ONLY:
            return GO
        if cooled.skip:
            return cooled
        wait = max(filter(None, (_awake(official, now), cooled.wait)), default=None)
        return DeliveryDecision(wait=wait, instead=None if left == letter else left)

    async def _left_of(self, letter: Letter, now: datetime) -> Letter | None:
        """What of it may be told to its city now: every kind of letter knows what it tells of."""
        return letter.without(await self._records.hidden(letter.tells_of, letter.city, now))

    async def _cooled(self, letter: Letter, now: datetime) -> DeliveryDecision:
        """Of several written the newest goes; an update waits for alerts, and after what went last."""
        if letter.kind not in ABOUT_A_MATCH:
            return GO
        about = await self._store.about(letter.official, letter.solution)
        if any(takes_its_place(one, letter) for one in about):
            return DeliveryDecision(skip="already_told")
        if letter.kind != "update":
            return GO
        last = last_told(about, now)
        if last and too_soon(last, now, self._cool_down):
            return DeliveryDecision(wait=last + self._cool_down)
        return DeliveryDecision(wait=unclear_until(letter, about, now, self._cool_down))


def _awake(official: Official, now: datetime) -> datetime | None:
    """When the reader's quiet hours end; ``None`` where it is not quiet."""
    country = official.quiet.holidays if official.quiet else None
    opens = not_before(official, zone_of(official.timezone), closed_in(country), now)
    return opens if opens > now else None
