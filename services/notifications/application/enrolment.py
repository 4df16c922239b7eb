"""Who comes in: a new address is asked first, and a post goes to its next holder with all its wishes."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from services.notifications.adapters.mongo.letters import LetterRepository
from services.notifications.adapters.mongo.page_service import PageService
from services.notifications.domain.letters import account, confirmation
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.officials import Official
from services.notifications.domain.preferences import hand_over


class Enrolment:
    """Takes officials in; nobody gets letters who did not say yes at the address they go to."""

    def __init__(
        self, store: LetterRepository, desk: PageService, send: Callable[[Letter], Awaitable[object]]
    ) -> None:
        self._store, self._desk, self._send = store, desk, send

    async def take(self, officials: Sequence[Official]) -> int:
        """Import officials; returns how many were asked to confirm: once a day, however often it is said."""
        imported = await self._store.import_officials(officials)
        pending = [one for one in imported.officials if one.status == "pending"]
        for one in pending:
            await self._send(confirmation.write(one, datetime.now(UTC)))
        return len(pending)

    async def hand_over(self, post: str, name: str, email: str) -> Official:
        """Give the post ``post`` to somebody else, who is asked to confirm; the wishes stay.

        Letters already written to the old holder are not sent. Raises ``LookupError`` where there is no such
        post, ``ValueError`` where the address is not one.
        """
        before = await self._desk.find_official(post)
        if before is None:
            raise LookupError(f"there is no official {post!r}")
        after = hand_over(before, name, email)
        await self._desk.hand_over(before, after)
        await self._store.note_former(post, before.email)
        await self._send(account.write(after, "hand_over", datetime.now(UTC)))
        return after
