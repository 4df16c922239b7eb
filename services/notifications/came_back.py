"""What a mail that came back changes: how an address stands, or what its reader wants."""

from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from services.notifications.domain.access import return_is_void, why_closed
from services.notifications.domain.bounces import Returned, after
from services.notifications.domain.vocabulary import KINDS
from services.notifications.domain.wishes import stop
from services.notifications.front_desk import FrontDesk
from services.notifications.pages.desk import Delivery
from services.notifications.replies import Replies
from services.notifications.returns import read_return, unsubscribed
from services.notifications.store import Store

log = structlog.get_logger()


def _now() -> datetime:
    return datetime.now(UTC)


class CameBack:
    """Reads bounces, complaints and unsubscribes; only what names a delivery of ours changes anything.

    A report that anybody could have made up must not stop somebody else's letters: the return address carries
    a code that only we can write.
    """

    def __init__(
        self,
        store: Store,
        desk: FrontDesk,
        secret: bytes,
        now: Callable[[], datetime] = _now,
        replies: Replies | None = None,
    ) -> None:
        self._store, self._desk, self._secret, self._now = store, desk, secret, now
        self._replies = replies

    async def take(self, raw: bytes, envelope_to: str) -> bool:
        """Act on one mail; returns whether it said anything. The same mail twice counts once."""
        if self._replies is not None and self._replies.ours(envelope_to):
            return await self._replies.take(raw, envelope_to)
        if envelope_to.lower().startswith("unsubscribe@"):
            return await self._unsubscribe(raw)
        returned = read_return(raw, envelope_to, self._secret)
        if returned is None or returned.delivery is None:
            log.info("return_ignored", to=envelope_to[:120])
            return False
        return await self._note(returned, returned.delivery)

    async def _unsubscribe(self, raw: bytes) -> bool:
        delivery = unsubscribed(raw, self._secret)
        found = await self._desk.find_delivery(delivery) if delivery else None
        official = await self._desk.find_official(found.letter.official) if found else None
        if found is None or official is None:
            return False
        if why_closed("unsubscribe", found.letter, found.since, official, self._now()) is None:
            kind = found.letter.kind if found.letter.kind in KINDS else "all"
            await self._desk.change_wishes(official, stop(official, kind), "mail")
        return True

    async def _note(self, returned: Returned, delivery: str) -> bool:
        found = await self._desk.find_delivery(delivery)
        if found is None or await self._too_late(found):
            return False
        letter = found.letter
        if not await self._store.note_return(delivery, returned, self._now()):
            return False
        before = await self._desk.find_standing(letter.to)
        standing = after(before, returned, self._now())
        if standing != before:
            await self._desk.keep_standing(letter.to, standing)
        log.info("letter_returned", letter=delivery, grade=returned.grade, stopped=standing.stopped)
        return True

    async def _too_late(self, found: Delivery) -> bool:
        """Whether a return says nothing any more about who reads this address now."""
        official = await self._desk.find_official(found.letter.official)
        return return_is_void(found.letter, found.since, official, self._now())
