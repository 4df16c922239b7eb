"""What happens without a message: held letters whose time has come, letters given up, digests, packs.

Every step may run on every replica at once, and may be killed anywhere: a letter is handed over by whoever
wins the conditional write, and the message of what became of it is owed until it was published.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import structlog

from services.notifications.application.delivery import LetterDelivery, letter_sent
from services.notifications.application.digests import DigestWriter
from services.notifications.application.draft_letters import DraftLetters
from services.notifications.application.handover import Handover
from services.notifications.application.ports import Publish
from services.notifications.application.questions import Questions
from services.notifications.application.saved_searches import SavedSearches
from services.notifications.application.sign_in import SignIn
from shared.errors import RetryableError

log = structlog.get_logger()


class Scheduler:
    """The background of the service: letters every few seconds, digests and packs every few minutes.

    ``seconds`` are the pauses after a round of letters, and after one of digests.
    """

    def __init__(
        self,
        delivery: LetterDelivery,
        digests: DigestWriter,
        draft_letters: DraftLetters,
        saved_searches: SavedSearches,
        handover: Handover,
        questions: Questions,
        sign_in: SignIn,
        publish: Publish,
        seconds: tuple[float, float],
    ) -> None:
        self._delivery, self._digests, self._handover = delivery, digests, handover
        self._draft_letters, self._saved_searches = draft_letters, saved_searches
        self._questions = questions
        self._sign_in, self._publish = sign_in, publish
        self._letters_pause, self._digests_pause = seconds

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Go the rounds until the end of the block."""
        tasks = [
            asyncio.create_task(_repeat(self.letters, self._letters_pause)),
            asyncio.create_task(_repeat(self.digests, self._digests_pause)),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def letters(self, now: datetime) -> None:
        """Send what is due, give up what nobody came back for, and publish what became of both."""
        await self._sign_in.answer()
        letters, retry_policy = self._delivery.letters, self._delivery.retry_policy
        due = await letters.due(now)
        results = await asyncio.gather(
            *(self._delivery.send_held(letter) for letter in due), return_exceptions=True
        )
        for letter, kind in await letters.abandoned(retry_policy.leases(now)):
            await self._delivery.give_up(letter, kind)
        for status in await letters.owed():
            await self._publish(letter_sent(status))
            await letters.note_published(status.id)
        _raise_unexpected(result for result in results if isinstance(result, BaseException))

    async def digests(self, now: datetime) -> None:
        """Write digests, packs, reminders and letters about drafts and searches that are due."""
        results = await asyncio.gather(
            self._digests.run(now),
            self._handover.run(now),
            self._draft_letters.run(now),
            self._questions.run(now),
            self._saved_searches.run(now),
            return_exceptions=True,
        )
        _raise_unexpected(result for result in results if isinstance(result, BaseException))


def _raise_unexpected(errors: Iterable[BaseException]) -> None:
    """Letters put off are tried again by the next round; any other error is raised."""
    raised = list(errors)
    put_off = [error for error in raised if isinstance(error, RetryableError)]
    if put_off:
        log.warning("letters_postponed", letters=len(put_off), reason=str(put_off[0])[:300])
    for error in raised:
        if not isinstance(error, RetryableError):
            raise error


async def _repeat(step: Callable[[datetime], Awaitable[None]], seconds: float) -> None:
    while True:
        try:
            await step(datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - the next round finds everything as it was left
            log.warning("scheduled_step_failed", step=step.__name__, reason=repr(error)[:300])
        await asyncio.sleep(seconds)
