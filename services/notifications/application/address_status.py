"""How an address stands after a letter to it came back or was refused while it was sent."""

from datetime import datetime

import structlog

from services.notifications.adapters.mongo.letters import LetterRepository
from services.notifications.adapters.mongo.page_service import PageService
from services.notifications.domain.bounces import BounceReport, after
from services.notifications.domain.letters.base import Letter

log = structlog.get_logger()


class AddressStatusUpdates:
    """Counts what comes back against the address it was sent to; the same word twice counts once."""

    def __init__(self, store: LetterRepository, desk: PageService) -> None:
        self._store, self._desk = store, desk

    async def note(self, returned: BounceReport, letter: Letter, at: datetime) -> bool:
        """Note what came back of ``letter``; whether it was new."""
        if not await self._store.note_return(letter.id, returned, at):
            return False
        before = await self._desk.find_standing(letter.to)
        standing = after(before, returned, at)
        if standing != before:
            await self._desk.keep_standing(letter.to, standing)
        log.info("letter_returned", letter=letter.id, grade=returned.grade, stopped=standing.stopped)
        return True
