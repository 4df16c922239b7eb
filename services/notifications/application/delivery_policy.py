"""The last look at a letter before it goes: may it still, and may it now."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from services.notifications.adapters.holidays import closed_in
from services.notifications.adapters.mongo.known_records import KnownRecordRepository
from services.notifications.adapters.mongo.letters import LetterRepository, written
from services.notifications.adapters.mongo.page_service import PageService
from services.notifications.adapters.time_zones import zone_of
from services.notifications.domain.delivery_checks import SUPPRESSED_ONLY, why_not_now
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
ONE_AT_A_TIME = frozenset({"alert", "update"})


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
        """Of several written the newest goes; an update waits after the last letter about the same."""
        if letter.kind not in ONE_AT_A_TIME:
            return GO
        about = await self._store.about(letter.official, letter.solution)
        if any(_takes_its_place(one, letter) for one in about):
            return DeliveryDecision(skip="already_told")
        if letter.kind != "update":
            return GO
        last = _last_told(about, now)
        if last and too_soon(last, now, self._cool_down):
            return DeliveryDecision(wait=last + self._cool_down)
        # What becomes of a letter that is being handed over right now is known when its lease ends.
        leases = (one["lease"] for one in about if one["state"] == "handing" and one["_id"] != letter.id)
        ends = max((lease for lease in leases if now < lease <= now + self._cool_down), default=None)
        return DeliveryDecision(wait=ends)


def _awake(official: Official, now: datetime) -> datetime | None:
    """When the reader's quiet hours end; ``None`` where it is not quiet."""
    country = official.quiet.holidays if official.quiet else None
    opens = not_before(official, zone_of(official.timezone), closed_in(country), now)
    return opens if opens > now else None


def _takes_its_place(other: Mapping[str, Any], letter: Letter) -> bool:
    """Whether the other is of the same kind and newer, and went or will go; an alert is for one need.

    Of two that were written at one time the one that went counts, else the one with the greater id.
    """
    same = other["kind"] == letter.kind and (letter.kind == "update" or other["need"] == letter.need)
    if not same or other["_id"] == letter.id or other["state"] in {"skipped", "rejected"}:
        return False
    if written(other) == letter.written:
        return other["state"] == "accepted" or str(other["_id"]) > letter.id
    return written(other) > letter.written


def _last_told(about: Sequence[Mapping[str, Any]], now: datetime) -> datetime | None:
    """When a letter last went, by a clock that was not ahead."""
    ended = (one["smtp"]["ended"] for one in about if one["state"] == "accepted")
    return max((at for at in ended if at <= now), default=None)
