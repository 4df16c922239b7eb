"""The last check of a letter before it goes: may it still, and may it now."""

import asyncio
from datetime import datetime, timedelta
from typing import NamedTuple

from services.notifications.application.ports import Calendar
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.domain.delivery_checks import SUPPRESSED_ONLY, why_not_now
from services.notifications.domain.letter_history import (
    ABOUT_A_MATCH,
    last_sent,
    takes_its_place,
    unclear_until,
)
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.quiet_hours import too_soon


class DeliveryDecision(NamedTuple):
    """``skip`` says why it never goes (a key of ``not_told``), ``wait`` until when it is held.

    ``instead`` is what is left of the letter where it told of records that may not be told of any more.
    """

    skip: str | None = None
    wait: datetime | None = None
    instead: Letter | None = None


GO = DeliveryDecision()


async def anything_goes(letter: Letter, now: datetime) -> DeliveryDecision:  # noqa: ARG001
    """For letters that were checked before."""
    return GO


class DeliveryPolicy:
    """Checks what is so now, not what was so when the letter was written."""

    def __init__(self, store: NotificationRepositories, calendar: Calendar, cool_down: timedelta) -> None:
        self._store, self._calendar, self._cool_down = store, calendar, cool_down

    async def decide(self, letter: Letter, now: datetime) -> DeliveryDecision:
        """Return whether ``letter`` goes now, later or never."""
        official, status, visible, cool_down = await asyncio.gather(
            self._store.officials.find(letter.official),
            self._store.address_statuses.find(letter.to),
            self._visible(letter, now),
            self._cooled_down(letter, now),
        )
        why = why_not_now(letter, official, status, now, withdrawn=visible is None)
        if why is not None:
            return DeliveryDecision(skip=why)
        if official is None or letter.kind in SUPPRESSED_ONLY:
            return GO
        if cool_down.skip:
            return cool_down
        opens = self._calendar.next_opening(official, now)
        wait = max(filter(None, (opens if opens > now else None, cool_down.wait)), default=None)
        return DeliveryDecision(wait=wait, instead=None if visible == letter else visible)

    async def _visible(self, letter: Letter, now: datetime) -> Letter | None:
        """What of it may be told to its city now: every kind of letter knows what it tells of."""
        hidden = await self._store.records.hidden(letter.tells_of, letter.city, now)
        if letter.asks_to_confirm:
            hidden |= await self._store.city_records.no_drafts(letter.asks_to_confirm)
        return letter.without(hidden)

    async def _cooled_down(self, letter: Letter, now: datetime) -> DeliveryDecision:
        """Of several written the newest goes; an update waits for alerts, and after what went last."""
        if letter.kind not in ABOUT_A_MATCH:
            return GO
        earlier = await self._store.letters.about(letter.official, letter.solution)
        if any(takes_its_place(other, letter) for other in earlier):
            return DeliveryDecision(skip="already_told")
        if letter.kind != "update":
            return GO
        last = last_sent(earlier, now)
        if last and too_soon(last, now, self._cool_down):
            return DeliveryDecision(wait=last + self._cool_down)
        return DeliveryDecision(wait=unclear_until(letter, earlier, now, self._cool_down))
