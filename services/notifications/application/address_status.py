"""How an address stands after a letter to it came back or was refused, and which get no letters."""

from datetime import datetime
from typing import NamedTuple

import structlog

from services.notifications.application.repositories import (
    AddressStatusRepository,
    LetterRepository,
    NotificationRepositories,
)
from services.notifications.domain.addresses import address_hash
from services.notifications.domain.bounces import BounceReport, after
from services.notifications.domain.letters.base import Letter

log = structlog.get_logger()


class Suppression(NamedTuple):
    """An address that gets no letters, why, and the day it last bounced.

    ``address`` is only its hash where no official has it any more.
    """

    address: str
    why: str
    since: str


class AddressStatusUpdates:
    """Counts what comes back against the address it was sent to; the same report twice counts once."""

    def __init__(self, letters: LetterRepository, statuses: AddressStatusRepository) -> None:
        self._letters, self._statuses = letters, statuses

    async def count(self, report: BounceReport, letter: Letter, at: datetime) -> bool:
        """Count what came back of ``letter``; returns whether it was new."""
        if not await self._letters.note_return(letter.id, report, at):
            return False
        before = await self._statuses.find(letter.to)
        status = after(before, report, at)
        if status != before:
            await self._statuses.save(letter.to, status)
        log.info("letter_bounced", letter=letter.id, grade=report.grade, stopped=status.stopped)
        return True


async def suppress(statuses: AddressStatusRepository, email: str) -> bool:
    """Let no letter go to an address from now on; returns whether that is new."""
    status = await statuses.find(email)
    if status.stopped is not None:
        return False
    await statuses.save(email, status.model_copy(update={"stopped": "admin"}))
    return True


async def suppressions(store: NotificationRepositories) -> list[Suppression]:
    """Return the addresses that get no letters."""
    suppressed = await store.address_statuses.suppressed()
    addresses = {address_hash(address): address for address in await store.officials.addresses()}
    return [
        Suppression(addresses.get(status.address_hash, status.address_hash), status.why, status.since)
        for status in suppressed
    ]
