"""What an administration leaves to the next: the legacy pack, once for each change."""

from datetime import UTC, date, datetime, timedelta

import structlog

from services.notifications.application.ports import SendLetter
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.domain.letters import legacy_pack
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.recipients import one_per_address

RECENT = timedelta(days=60)
log = structlog.get_logger()


class Handover:
    """Writes packs when an election has passed, or when a city asks for one."""

    def __init__(self, store: NotificationRepositories, send: SendLetter) -> None:
        self._store, self._packs, self._send = store, store.legacy_packs, send

    async def run(self, now: datetime) -> int:
        """Write the packs that are due: elections of the last two months, each city's once."""
        today, written = now.date(), 0
        for city, day in await self._store.records.elections(today - RECENT, today + timedelta(days=1)):
            if not await self._packs.was_written(city, day):
                written += await self.write(city, day)
                await self._packs.save(city, day, now, written)
        return written

    async def write(self, city: str, day: date) -> int:
        """Write the pack of the change on ``day`` to everybody in ``city``; returns how many there are."""
        shared = tuple(
            legacy_pack.shared_solution(*record) for record in await self._store.records.shared_by(city)
        )
        at = datetime.combine(day, datetime.min.time(), UTC)
        written = 0
        for official in one_per_address(await self._store.officials.of_city(city)):
            letter = legacy_pack.write(official, day, shared, at)
            if letter is not None:
                written += await self._try_to_send(letter)
        return written

    async def _try_to_send(self, letter: Letter) -> bool:
        """Send one pack; one that cannot be written stops nobody else's."""
        try:
            await self._send(letter)
        except ValueError as error:
            reason = str(error)[:300]
            log.error("handover_pack_failed", letter=letter.id, official=letter.official, reason=reason)  # noqa: TRY400
            return False
        return True
