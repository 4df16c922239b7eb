"""How officials come in: a new address is asked first; the next holder of a post gets its preferences."""

from collections.abc import Sequence
from datetime import UTC, datetime

from services.notifications.application.ports import SendLetter
from services.notifications.application.repositories import OfficialRepository
from services.notifications.domain.desk.posts import is_looked_after
from services.notifications.domain.letters import account, confirmation
from services.notifications.domain.official_changes import Way
from services.notifications.domain.officials import Official
from services.notifications.domain.preferences import hand_over


class Enrolment:
    """Takes officials in; nobody gets letters who did not say yes at the address they go to."""

    def __init__(self, repository: OfficialRepository, send: SendLetter) -> None:
        self._repository, self._send = repository, send

    async def enrol(self, officials: Sequence[Official], way: Way = "import") -> int:
        """Import officials; returns how many were asked to confirm: once a day, however often it is done."""
        imported = await self._repository.import_officials(officials, way)
        pending = [official for official in imported.officials if official.status == "pending"]
        for official in pending:
            await self._send(confirmation.write(official, datetime.now(UTC)))
        return len(pending)

    async def bring_back(self, before: Official, after: Official) -> None:
        """Let a post that was given up be held again: its holder is asked to confirm the address."""
        await self._repository.change_post(before, after)
        if after.status == "pending":
            await self._send(confirmation.write(after, datetime.now(UTC)))

    async def change(self, before: Official, after: Official) -> bool:
        """Store what the city decides about a post; returns whether it stays so.

        Of two who take the posts from each other in one moment each saw the other look after them. So it is
        looked at once more after the write, and the post is put back where nobody would.
        """
        await self._repository.change_post(before, after)
        if before.administers and not is_looked_after(await self._repository.of_city(before.city)):
            await self._repository.change_post(after, before)
            return False
        return True

    async def hand_over(self, post: str, name: str, email: str) -> Official:
        """Give the post ``post`` to somebody else, who is asked to confirm; the preferences stay.

        Letters already written to the old holder are not sent. Raises ``LookupError`` where there is no such
        post, ``ValueError`` where the address is not one.
        """
        before = await self._repository.find(post)
        if before is None:
            raise LookupError(f"there is no official {post!r}")
        after = hand_over(before, name, email)
        await self._repository.hand_over(before, after)
        await self._repository.note_former(post, before.email)
        await self._send(account.write(after, "hand_over", datetime.now(UTC)))
        return after
