"""What the notifications service does with what it hears: whom it writes to, and what came of it."""

import asyncio
from collections.abc import Iterable, Sequence

import structlog

from services.notifications.domain.letters import Letter
from services.notifications.domain.recipients import recipients
from services.notifications.kinds import alert
from services.notifications.post import Post
from services.notifications.store import Store
from shared.broker import Edge
from shared.events import LetterSent, Match, SolutionMatched

log = structlog.get_logger()


def register(edge: Edge, store: Store, post: Post) -> None:
    """Make the service hear its queues."""

    @edge.hears("notifications.solution-matched")
    async def write_alerts(event: SolutionMatched) -> Sequence[LetterSent]:
        """Write to every official who wants to know, once each."""
        letters = [letter for match in event.matches for letter in await alerts(store, event, match)]
        return await send_all(post, letters)


async def alerts(store: Store, event: SolutionMatched, match: Match) -> list[Letter]:
    """The letters one match leads to now; who is not told, and why, can be asked later."""
    officials = await store.officials(match.city)
    divided = recipients(officials, match, event.matched.date())
    return [alert.write(event, match, one.official) for one in divided.told if one.when == "now"]


async def send_all(post: Post, letters: Iterable[Letter]) -> list[LetterSent]:
    """Send letters side by side; where one could work later, the others are done first."""
    results = await asyncio.gather(*(post.send(letter) for letter in letters), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if isinstance(result, LetterSent)]
