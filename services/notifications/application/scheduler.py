"""What happens without a message: held letters whose time has come, letters given up, digests, packs.

Every step may run on every replica at once, and may be killed anywhere: a letter is handed over by whoever
wins the conditional write, and what became of it is owed until it was said.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import structlog

from services.notifications.application.delivery import LetterDelivery, letter_sent
from services.notifications.application.digests import DigestWriter
from services.notifications.application.handover import Handover
from services.notifications.application.sign_in import SignIn
from shared.errors import RetryableError
from shared.events import Event

log = structlog.get_logger()
Say = Callable[[Event], Awaitable[None]]


class Scheduler:
    """The background of the service: letters every few seconds, digests and packs every few minutes."""

    def __init__(
        self,
        post: LetterDelivery,
        digests: DigestWriter,
        handing_on: Handover,
        say: Say,
        seconds: tuple[float, float],
        sign_in: SignIn,
    ) -> None:
        self._post, self._digests, self._handing_on, self._say = post, digests, handing_on, say
        self._sign_in = sign_in
        self._often, self._seldom = seconds

    @asynccontextmanager
    async def going(self) -> AsyncIterator[None]:
        """Go the rounds until the end of the block."""
        walks = [
            asyncio.create_task(_again_and_again(self.letters, self._often)),
            asyncio.create_task(_again_and_again(self.digests, self._seldom)),
        ]
        try:
            yield
        finally:
            for walk in walks:
                walk.cancel()
            await asyncio.gather(*walks, return_exceptions=True)

    async def letters(self, now: datetime) -> None:
        """Send what is due, give up what nobody came back for, and say what became of both."""
        await self._sign_in.answer()
        store = self._post.store
        due = await store.due(now)
        results = await asyncio.gather(
            *(self._post.send_held(letter) for letter in due), return_exceptions=True
        )
        for letter, kind in await store.abandoned(self._post.patience.leases(now)):
            await self._post.give_up(letter, kind)
        for standing in await store.owed():
            await self._say(letter_sent(standing))
            await store.told(str(standing["_id"]))
        _complain([each for each in results if isinstance(each, BaseException)])

    async def digests(self, now: datetime) -> None:
        """Write the digests and packs that are due; they go out with the letters."""
        steps = (self._digests.run, self._handing_on.run)
        _complain(
            [
                error
                for error in await asyncio.gather(*(step(now) for step in steps), return_exceptions=True)
                if isinstance(error, BaseException)
            ]
        )


def _complain(errors: list[BaseException]) -> None:
    """Letters put off are tried again by the next round; anything else is told."""
    put_off = [error for error in errors if isinstance(error, RetryableError)]
    if put_off:
        log.warning("letters_put_off", letters=len(put_off), reason=str(put_off[0])[:300])
    for error in errors:
        if not isinstance(error, RetryableError):
            raise error


async def _again_and_again(step: Callable[[datetime], Awaitable[None]], seconds: float) -> None:
    while True:
        try:
            await step(datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - the next round finds everything as it was left
            log.warning("round_failed", step=step.__name__, reason=repr(error)[:300])
        await asyncio.sleep(seconds)
