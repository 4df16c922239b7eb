"""What the notifications service does with the messages it receives, one function for each queue."""

from collections.abc import Sequence
from datetime import UTC, datetime

from services.notifications.application.alerts import send_alerts, watch_letters
from services.notifications.application.city_names import with_city_names
from services.notifications.application.context import NotificationContext
from services.notifications.application.delivery import send_all
from services.notifications.domain.letters import circle, outcome_checkin, partners, warning
from shared.events import (
    AdoptionRecorded,
    CircleOpened,
    CityRecorded,
    LetterSent,
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


def register(bus: MessageBus, context: NotificationContext) -> None:
    """Subscribe the handlers to the service's queues."""
    _subscribe_to_alerts(bus, context)
    _subscribe_to_invitations(bus, context)
    _subscribe_to_records(bus, context)


def _subscribe_to_alerts(bus: MessageBus, context: NotificationContext) -> None:
    @bus.subscribe("notifications.solution-matched")
    async def write_alerts(event: SolutionMatched) -> Sequence[LetterSent]:
        """Write to every official who wants to know, once each, and store the rest for digests and pages."""
        brief = await with_city_names(context.store, event.brief)
        return await send_alerts(context, event.model_copy(update={"brief": brief}))

    @bus.subscribe("notifications.warning-raised")
    async def write_warnings(event: WarningRaised) -> Sequence[LetterSent]:
        """Warn the city that is about to do what failed elsewhere."""
        brief = await with_city_names(context.store, event.brief)
        event = event.model_copy(update={"brief": brief})
        readers = await context.readers.all(event.city, event.raised.date(), "warning")
        return await send_all(context.delivery.send(warning.write(event, official)) for official in readers)

    @bus.subscribe("notifications.watch-fired")
    async def answer_watch(event: WatchFired) -> Sequence[LetterSent]:
        """Tell a city that what it waited for has come about, once."""
        brief = await with_city_names(context.store, event.brief)
        letters = await watch_letters(context, event.model_copy(update={"brief": brief}))
        return await send_all(map(context.delivery.send, letters))


def _subscribe_to_invitations(bus: MessageBus, context: NotificationContext) -> None:
    @bus.subscribe("notifications.partners-found")
    async def introduce_partners(event: PartnersFound) -> Sequence[LetterSent]:
        """Introduce two cities that could buy or build together; contact data need both sides' consent."""
        cities, day = (event.first.city, event.second.city), event.found.date()
        readers = [
            official for city in cities for official in await context.readers.all(city, day, "partners")
        ]
        return await send_all(context.delivery.send(partners.write(event, official)) for official in readers)

    @bus.subscribe("notifications.circle-opened")
    async def open_circle(event: CircleOpened) -> Sequence[LetterSent]:
        """Offer those who lead a city to talk with others that stopped for the same reason."""
        leads = await context.readers.leads(event.city, event.opened.date())
        return await send_all(context.delivery.send(circle.write(event, official)) for official in leads)

    @bus.subscribe("notifications.outcome-due")
    async def ask_for_outcome(event: OutcomeDue) -> Sequence[LetterSent]:
        """Ask a city how an attempt went, by letter and at its desk."""
        await context.store.check_ins.save(event, datetime.now(UTC))
        readers = await context.readers.all(event.city, event.due, "outcome_checkin")
        return await send_all(
            context.delivery.send(outcome_checkin.write(event, official)) for official in readers
        )


def _subscribe_to_records(bus: MessageBus, context: NotificationContext) -> None:
    @bus.subscribe("notifications.solution-recorded")
    async def save_solution(event: SolutionRecorded) -> None:
        """Store what was withdrawn, is hidden or a draft; tell those who have it what changed."""
        await context.follower_updates.save_solution(event)
        await context.draft_letters.note(event, datetime.now(UTC))

    @bus.subscribe("notifications.need-recorded")
    async def save_need(event: NeedRecorded) -> None:
        """Store what cities need, and which needs may still be told of."""
        await context.store.records.save_need(event)
        await context.draft_letters.note(event, datetime.now(UTC))

    @bus.subscribe("notifications.outcome-recorded")
    async def save_attempt(event: OutcomeRecorded) -> None:
        """Store what became of a city's attempts; tell those who have the same where it went wrong."""
        await context.follower_updates.save_attempt(event)
        await context.draft_letters.note(event, datetime.now(UTC))

    @bus.subscribe("notifications.adoption-recorded")
    async def save_adoption(event: AdoptionRecorded) -> None:
        """Store who took what over from whom, and tell its source."""
        await context.follower_updates.save_adoption(event)

    @bus.subscribe("notifications.city-recorded")
    async def save_city(event: CityRecorded) -> None:
        """Store when a city's administration may change."""
        await context.store.records.save_city(event)

    @bus.subscribe("notifications.submission-rejected")
    async def save_conflicts(event: SubmissionRejected) -> None:
        """Let a city's officials find what others sent about its records, and what of theirs was refused."""
        await context.store.conflicts.save(event)
        await context.store.sent_messages.reject(event)
