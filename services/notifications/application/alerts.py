"""What a match leads to: letters to those who are told at once, and what waits for digests and pages."""

import asyncio
from datetime import UTC, datetime

import structlog

from services.notifications.application.context import NotificationContext
from services.notifications.application.delivery import send_all
from services.notifications.domain.letter_status import ClaimedLetter
from services.notifications.domain.letters import update
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.recipients import recipients
from shared.events import LetterSent, Match, SolutionMatched, WatchFired

log = structlog.get_logger()


async def send_alerts(context: NotificationContext, event: SolutionMatched) -> list[LetterSent]:
    """Send all letters that ``event`` leads to now; returns what became of them."""
    claims = [claim for match in event.matches for claim in await claim_alerts(context, event, match)]
    return await send_all(map(context.delivery.send_claimed, claims))


async def claim_alerts(
    context: NotificationContext, event: SolutionMatched, match: Match
) -> list[asyncio.Task[ClaimedLetter]]:
    """Begin to claim the letters one match leads to now: an alert, or an update to whom was told before.

    They are written and claimed while the match is stored which they lead to; none goes before it is there.
    """
    today, enough = event.matched.date(), context.minimum_evidence.holds(event, match)
    officials = await context.store.officials.of_city(match.city)
    readers = recipients(officials, match, today, enough=enough)
    at_once = [reader.official for reader in readers.notified if reader.when == "now"]
    letters = await context.match_letters.write(event, match, at_once)
    claims = [asyncio.create_task(context.delivery.claim(letter)) for letter in letters]
    letter_of = {letter.official: letter.id for letter in letters}
    await context.match_cards.save(event, match, readers)
    await context.digests.add(event, match, readers, datetime.now(UTC), letter_of)
    return claims


async def watch_letters(context: NotificationContext, event: WatchFired) -> list[Letter]:
    """Return the letters a watch leads to.

    Without a match nothing is known of how the solution fits, and nobody is told.
    """
    card = await context.match_cards.find(event.brief.solution.id, event.city)
    if card is None:
        log.info("watch_without_match", city=event.city, solution=event.brief.solution.id)
        return []
    readers = await context.readers.all(event.city, event.fired.date(), "update")
    return [update.watched(event, card.match, official) for official in readers]
