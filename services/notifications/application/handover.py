"""What an office leaves to the next: the legacy pack, once for each change of administration."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import structlog

from services.notifications.adapters.mongo.known_records import KnownRecordRepository
from services.notifications.adapters.mongo.letters import LetterRepository
from services.notifications.domain.letters import legacy_pack
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.recipients import one_per_address
from shared.store.mongo import Database, keep_once

RECENT = timedelta(days=60)
log = structlog.get_logger()


class Handover:
    """Writes packs when an election has passed, or when a city asks for one."""

    def __init__(
        self,
        database: Database,
        store: LetterRepository,
        records: KnownRecordRepository,
        send: Callable[[Letter], Awaitable[object]],
    ) -> None:
        self._packs, self._store, self._records, self._send = database["packs"], store, records, send

    async def run(self, now: datetime) -> int:
        """Write the packs that are due: elections of the last two months, each city's once."""
        today, written = now.date(), 0
        for city, day in await self._records.transitions(today - RECENT, today + timedelta(days=1)):
            pack = f"{city}|{day}"
            if await self._packs.find_one({"_id": pack}) is None:
                written += await self.write(city, day)
                await keep_once(self._packs, {"_id": pack, "at": now, "letters": written})
        return written

    async def write(self, city: str, day: date) -> int:
        """Write the pack of the change on ``day`` to everybody in ``city``; returns how many there are."""
        everything = tuple(legacy_pack.kept(*one) for one in await self._records.shared_by(city))
        at = datetime.combine(day, datetime.min.time(), UTC)
        written = 0
        for one in one_per_address(await self._store.officials(city)):
            letter = legacy_pack.write(one, day, everything, at)
            if letter is not None:
                written += await self._sent(letter)
        return written

    async def _sent(self, letter: Letter) -> bool:
        """Send one pack; one that cannot be written stops nobody else's."""
        try:
            await self._send(letter)
        except ValueError as error:
            log.error("pack_not_written", letter=letter.id, official=letter.official, reason=str(error)[:300])  # noqa: TRY400
            return False
        return True
