"""What the notifications service does with what it hears: whom it writes to, and what came of it."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from services.notifications.domain.letters import Letter
from services.notifications.domain.models import Official
from services.notifications.domain.recipients import recipients, why_not_anything
from services.notifications.kinds import alert, outcome_checkin, partners, update, warning
from services.notifications.post import Post
from services.notifications.store import Store
from shared.broker import Edge
from shared.events import LetterSent, Match, OutcomeDue, PartnersFound, SolutionMatched, WarningRaised


def register(edge: Edge, store: Store, post: Post) -> None:
    """Make the service hear its queues."""

    @edge.hears("notifications.solution-matched")
    async def write_alerts(event: SolutionMatched) -> Sequence[LetterSent]:
        """Write to every official who wants to know, once each."""
        letters = [letter for match in event.matches for letter in await alerts(store, event, match)]
        return await send_all(post, letters)

    @edge.hears("notifications.warning-raised")
    async def write_warnings(event: WarningRaised) -> Sequence[LetterSent]:
        """Warn the city that is about to do what failed elsewhere."""
        everybody = await anybody(store, event.city, event.raised.date())
        return await send_all(post, [warning.write(event, official) for official in everybody])

    @edge.hears("notifications.partners-found")
    async def introduce_partners(event: PartnersFound) -> Sequence[LetterSent]:
        """Introduce two cities that could buy or build together; contact data need both sides' consent."""
        cities = (event.first.city, event.second.city)
        everybody = [one for city in cities for one in await anybody(store, city, event.found.date())]
        return await send_all(post, [partners.write(event, official) for official in everybody])

    @edge.hears("notifications.outcome-due")
    async def ask_for_outcome(event: OutcomeDue) -> Sequence[LetterSent]:
        """Ask a city how an attempt went."""
        everybody = await anybody(store, event.city, event.due)
        return await send_all(post, [outcome_checkin.write(event, official) for official in everybody])


async def alerts(store: Store, event: SolutionMatched, match: Match) -> list[Letter]:
    """The letters one match leads to now: an alert, or an update to whom was told before."""
    officials = await store.officials(match.city)
    divided = recipients(officials, match, event.matched.date())
    write: Callable[[SolutionMatched, Match, Official], Letter]
    write = alert.write if event.occasion == "new" else update.write
    return [write(event, match, one.official) for one in divided.told if one.when == "now"]


async def anybody(store: Store, city: str, today: date) -> list[Official]:
    """Everybody in ``city`` who reads letters now, whatever the letter is about."""
    officials = await store.officials(city)
    away = frozenset(official.id for official in officials if official.away(today))
    return [one for one in officials if why_not_anything(one, city, today, away) is None]


async def send_all(post: Post, letters: Iterable[Letter]) -> list[LetterSent]:
    """Send letters side by side; where one could work later, the others are done first."""
    results = await asyncio.gather(*(post.send(letter) for letter in letters), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if isinstance(result, LetterSent)]
