"""What the notifications service does with what it hears: whom it writes to, and what came of it."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice

import structlog

from services.notifications.adapters.mongo.known_records import KnownRecordRepository
from services.notifications.adapters.mongo.letters import LetterRepository
from services.notifications.adapters.mongo.page_service import PageService
from services.notifications.adapters.mongo.unreadable_mail import UnreadableMail
from services.notifications.application.delivery import ClaimedLetter, LetterDelivery
from services.notifications.application.digests import DigestWriter
from services.notifications.application.enrolment import Enrolment
from services.notifications.application.follower_updates import FollowerUpdates
from services.notifications.application.handover import Handover
from services.notifications.application.match_letters import MatchLetters
from services.notifications.application.translation import MachineTranslation
from services.notifications.domain.letters import circle, outcome_checkin, partners, update, warning
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.minimum_evidence import MinimumEvidence
from services.notifications.domain.officials import Kind, Official, Role
from services.notifications.domain.preferences import wants_kind
from services.notifications.domain.recipients import one_per_address, recipients, why_not_anything
from shared.events import (
    AdoptionRecorded,
    CircleOpened,
    CityRecorded,
    LetterSent,
    Match,
    NeedRecorded,
    OutcomeDue,
    OutcomeRecorded,
    PartnersFound,
    SolutionMatched,
    SolutionRecorded,
    SubmissionRejected,
    WarningRaised,
    WatchFired,
)
from shared.messaging.bus import MessageBus

SIDE_BY_SIDE = 100
log = structlog.get_logger()


@dataclass(frozen=True)
class HandlerContext:
    """Everything the service works with."""

    store: LetterRepository
    post: LetterDelivery
    desk: PageService
    records: KnownRecordRepository
    digests: DigestWriter
    handing_on: Handover
    following: FollowerUpdates
    enrolment: Enrolment
    unreadable: UnreadableMail
    match_letters: MatchLetters
    worth_a_letter: MinimumEvidence
    machine: MachineTranslation

    async def prepare(self) -> None:
        """Create all indexes."""
        for each in (self.store, self.desk, self.records, self.digests):
            await each.prepare()


def register(bus: MessageBus, context: HandlerContext) -> None:
    """Subscribe the handlers to the service's queues."""
    _subscribe_to_alerts(bus, context)
    _subscribe_to_invitations(bus, context)
    _subscribe_to_records(bus, context)


def _subscribe_to_alerts(bus: MessageBus, context: HandlerContext) -> None:
    @bus.subscribe("notifications.solution-matched")
    async def write_alerts(event: SolutionMatched) -> Sequence[LetterSent]:
        """Write to every official who wants to know, once each, and keep the rest for digests and pages."""
        return await tell(context, event)

    @bus.subscribe("notifications.warning-raised")
    async def write_warnings(event: WarningRaised) -> Sequence[LetterSent]:
        """Warn the city that is about to do what failed elsewhere."""
        everybody = await anybody(context.store, event.city, event.raised.date(), "warning")
        return await send_all(context.post.send(warning.write(event, one)) for one in everybody)

    @bus.subscribe("notifications.watch-fired")
    async def answer_watch(event: WatchFired) -> Sequence[LetterSent]:
        """Tell a city that what it waited for has come about, once."""
        return await send_all(map(context.post.send, await watched(context, event)))


def _subscribe_to_invitations(bus: MessageBus, context: HandlerContext) -> None:
    @bus.subscribe("notifications.partners-found")
    async def introduce_partners(event: PartnersFound) -> Sequence[LetterSent]:
        """Introduce two cities that could buy or build together; contact data need both sides' consent."""
        cities = (event.first.city, event.second.city)
        day = event.found.date()
        everybody = [one for city in cities for one in await anybody(context.store, city, day, "partners")]
        return await send_all(context.post.send(partners.write(event, one)) for one in everybody)

    @bus.subscribe("notifications.circle-opened")
    async def open_circle(event: CircleOpened) -> Sequence[LetterSent]:
        """Offer those who lead a city to talk with others that stopped for the same reason."""
        heads = await leads(context.store, event.city, event.opened.date())
        return await send_all(context.post.send(circle.write(event, one)) for one in heads)

    @bus.subscribe("notifications.outcome-due")
    async def ask_for_outcome(event: OutcomeDue) -> Sequence[LetterSent]:
        """Ask a city how an attempt went."""
        everybody = await anybody(context.store, event.city, event.due, "outcome_checkin")
        return await send_all(context.post.send(outcome_checkin.write(event, one)) for one in everybody)


def _subscribe_to_records(bus: MessageBus, context: HandlerContext) -> None:
    @bus.subscribe("notifications.solution-recorded")
    async def keep_solution(event: SolutionRecorded) -> None:
        """Know what was withdrawn or is under an embargo; tell those who have it what changed."""
        await context.following.solution(event)

    @bus.subscribe("notifications.need-recorded")
    async def keep_need(event: NeedRecorded) -> None:
        """Know which needs may still be told of."""
        await context.records.keep_need(event)

    @bus.subscribe("notifications.outcome-recorded")
    async def keep_attempt(event: OutcomeRecorded) -> None:
        """Know what became of a city's attempts; tell those who have the same where it went wrong."""
        await context.following.attempt(event)

    @bus.subscribe("notifications.adoption-recorded")
    async def keep_adoption(event: AdoptionRecorded) -> None:
        """Know who took what over from whom, and tell its source."""
        await context.following.adoption(event)

    @bus.subscribe("notifications.city-recorded")
    async def keep_city(event: CityRecorded) -> None:
        """Know when a city's administration may change."""
        await context.records.keep_city(event)

    @bus.subscribe("notifications.submission-rejected")
    async def keep_conflicts(event: SubmissionRejected) -> None:
        """Let a city's officials find what others sent about its records."""
        await context.desk.keep_conflicts(event)


async def tell(context: HandlerContext, event: SolutionMatched) -> list[LetterSent]:
    """Write all letters that ``event`` leads to now; returns what became of them."""
    claimed = [letter for match in event.matches for letter in await alerts(context, event, match)]
    return await send_all(map(context.post.send_claimed, claimed))


async def alerts(
    context: HandlerContext, event: SolutionMatched, match: Match
) -> list[asyncio.Task[ClaimedLetter]]:
    """The letters one match leads to now: an alert, or an update to whom was told before.

    They are written and claimed while that is kept which they lead to; none goes before it is there.
    """
    today, enough = event.matched.date(), context.worth_a_letter.holds(event, match)
    divided = recipients(await context.store.officials(match.city), match, today, enough=enough)
    at_once = [one.official for one in divided.told if one.when == "now"]
    letters = await context.match_letters.write(event, match, at_once)
    claimed = [asyncio.create_task(context.post.claim(letter)) for letter in letters]
    going = {letter.official: letter.id for letter in letters}
    await context.desk.keep_match(event, match, divided)
    await context.digests.hold(event, match, divided, datetime.now(UTC), going)
    return claimed


async def watched(context: HandlerContext, event: WatchFired) -> list[Letter]:
    """The letters a watch leads to; without a match nothing is known of how it fits, and nobody is told."""
    card = await context.desk.find_card(event.brief.solution.id, event.city)
    if card is None:
        log.info("watch_without_match", city=event.city, solution=event.brief.solution.id)
        return []
    everybody = await anybody(context.store, event.city, event.fired.date(), "update")
    return [update.watched(event, card.match, official) for official in everybody]


async def anybody(
    store: LetterRepository, city: str, today: date, kind: Kind | None = None
) -> list[Official]:
    """Everybody in ``city`` who reads letters now, once each, whatever the letter is about.

    Who holds several posts is written to by one where this ``kind`` of letter is not switched off.
    """
    posts = await _posts(store, city, today)
    if kind is None:
        return one_per_address(posts)
    return one_per_address(sorted(posts, key=lambda one: not wants_kind(one, kind)))


async def _posts(store: LetterRepository, city: str, today: date) -> list[Official]:
    officials = await store.officials(city)
    away = frozenset(official.id for official in officials if official.away(today))
    return [one for one in officials if why_not_anything(one, city, today, away) is None]


async def leads(store: LetterRepository, city: str, today: date) -> list[Official]:
    """Those who lead in ``city``, and whoever stands in for one of them."""
    posts = await _posts(store, city, today)
    return one_per_address(one for one in posts if one.role in {Role.LEAD, Role.DEPUTY})


async def send_all(sending: Iterable[Awaitable[LetterSent | None]]) -> list[LetterSent]:
    """Send letters some at a time; where one could work later, the others are done first.

    Held letters are not among the results: who sends them later says what became of them.
    """
    results: list[LetterSent | BaseException | None] = []
    ahead = iter(sending)
    while some := list(islice(ahead, SIDE_BY_SIDE)):
        results.extend(await asyncio.gather(*some, return_exceptions=True))
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if isinstance(result, LetterSent)]
