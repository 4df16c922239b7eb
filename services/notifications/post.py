"""One letter on its way: claimed once, handed over once, its end said; never doubled, never lost."""

from datetime import UTC, datetime, timedelta

import structlog

from services.notifications.domain.letters import Letter
from services.notifications.mailer import Handed, Mailer, Parcel
from services.notifications.render import render
from services.notifications.sender import Sender
from services.notifications.store import FINAL, Store
from shared.errors import Retry
from shared.events import LetterSent

log = structlog.get_logger()


class Post:
    """Takes letters to the relay by way of the store."""

    def __init__(self, store: Store, mailer: Mailer, sender: Sender, lease: float) -> None:
        self.store, self.mailer, self.sender = store, mailer, sender
        self.lease = timedelta(seconds=lease)

    async def send(self, letter: Letter) -> LetterSent:
        """Send ``letter`` unless it was sent before; return what became of it, now or then.

        Raises Retry where it could work later: the relay is away, or somebody else is handing it over.
        """
        standing = await self.store.claim(letter, render(letter, self.sender), _now())
        if standing["state"] == "claimed":
            await self._hand_over(letter, bytes(standing["raw"]))
        elif standing["state"] == "handing":
            await self._look_after(letter, standing["lease"])
        return await self._told(letter)

    async def _hand_over(self, letter: Letter, message: bytes) -> None:
        parcel = Parcel(letter.id, self.sender.envelope_from(letter), letter.to, message)
        passed = False

        async def handing() -> bool:
            nonlocal passed
            passed = await self.store.begin_handing(letter.id, _now() + self.lease)
            return passed

        try:
            handed: Handed | None = await self.mailer.hand_over(parcel, handing)
        except Retry:
            # Only who passed the point of no return may go back: another may be handing it over right now.
            if passed:
                await self.store.put_back(letter.id)
            raise
        if handed is not None:
            await self.store.finish(letter.id, handed, _now(), "handing" if passed else "claimed")
            log.info("letter_handed_over", letter=letter.id, kind=letter.kind, state=handed.state)

    async def _look_after(self, letter: Letter, lease: datetime) -> None:
        if _now() < lease:
            raise Retry(f"letter {letter.id} is being handed over")
        await self.store.give_up(letter.id, _now())
        log.warning("letter_unknown", letter=letter.id)

    async def _told(self, letter: Letter) -> LetterSent:
        standing = await self.store.letter(letter.id)
        if standing is None or standing["state"] not in FINAL:
            raise Retry(f"letter {letter.id} is being handed over")
        return LetterSent(
            letter=letter.id,
            kind=letter.kind,
            official=letter.official,
            city=letter.city,
            solution=letter.solution,
            state=standing["state"],
            reason=standing["smtp"]["text"] or None,
            at=standing["smtp"]["ended"],
        )


def _now() -> datetime:
    return datetime.now(UTC)
