"""The notifications service, wired."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import fields
from datetime import timedelta

import structlog
from fastapi import APIRouter

from services.notifications import handlers, metrics
from services.notifications.adapters import country_names, map_places, topic_names
from services.notifications.adapters.holidays import closed_in
from services.notifications.adapters.legal_files import as_html
from services.notifications.adapters.localizer import localizer_for
from services.notifications.adapters.mail_parser_pool import mail_parser_pool
from services.notifications.adapters.mime import MimeRenderer
from services.notifications.adapters.mongo.erasure import erasing
from services.notifications.adapters.mongo.repositories import (
    complete_documents,
    ensure_indexes,
    repositories,
)
from services.notifications.adapters.mongo.retention import KEPT
from services.notifications.adapters.pdf import WeasyPrinter
from services.notifications.adapters.smtp import SmtpMailer
from services.notifications.adapters.smtp_pool import DomainPacing, SmtpPool
from services.notifications.adapters.smtp_server import Inbox, serve_smtp
from services.notifications.adapters.templates import words_in
from services.notifications.adapters.time_zones import zone_of
from services.notifications.application.address_status import AddressStatusUpdates
from services.notifications.application.bounces import ReturnedMailHandler
from services.notifications.application.catalogue import CatalogueQueries
from services.notifications.application.city_records import CityRecords
from services.notifications.application.conflicts import Conflicts
from services.notifications.application.context import NotificationContext
from services.notifications.application.delivery import DeliveryHooks, LetterDelivery
from services.notifications.application.delivery_policy import DeliveryPolicy
from services.notifications.application.desk_forms import DeskForms
from services.notifications.application.desk_sessions import DeskSessions
from services.notifications.application.digests import DigestWriter
from services.notifications.application.draft_letters import DraftLetters
from services.notifications.application.effects import EffectQueries
from services.notifications.application.enrolment import Enrolment
from services.notifications.application.evaluations import Evaluations
from services.notifications.application.follower_updates import FollowerUpdates
from services.notifications.application.handover import Handover
from services.notifications.application.introductions import Introductions
from services.notifications.application.match_cards import MatchCards
from services.notifications.application.match_letters import MatchLetters
from services.notifications.application.notification_log import NotificationLog
from services.notifications.application.our_city import OurCityQueries
from services.notifications.application.ports import Calendar, ParseMail, Publish
from services.notifications.application.questions import Questions
from services.notifications.application.readers import Readers
from services.notifications.application.replies import Replies
from services.notifications.application.replies_to_failures import RepliesToFailures
from services.notifications.application.saved_searches import SavedSearches
from services.notifications.application.scheduler import Scheduler
from services.notifications.application.sign_in import SignIn
from services.notifications.application.solution_history import SolutionHistories
from services.notifications.application.translation import MachineTranslation
from services.notifications.domain.minimum_evidence import MinimumEvidence
from services.notifications.http import status
from services.notifications.http.catalogue import router as catalogue
from services.notifications.http.desk import router as desk
from services.notifications.http.errors import show_errors
from services.notifications.http.legal import router as legal
from services.notifications.http.pages import router as pages
from services.notifications.http.session_cookie import session_cookie
from services.notifications.settings import Settings
from services.notifications.web.catalogue.context import CatalogueContext
from services.notifications.web.desk import ROUTES as DESK_ROUTES
from services.notifications.web.desk.context import DeskContext
from services.notifications.web.page_context import PageContext
from services.notifications.web.rendering import PageRenderer
from shared.erasure import handler as erasure
from shared.events import Event
from shared.http.asgi import Service, build
from shared.lifespan import combined
from shared.messaging.broker import open_broker
from shared.messaging.bus import MessageBus
from shared.messaging.catalogue import EVENT_KEYS, FORWARDED_BY, PUBLISHED_BY
from shared.observability.tracing import tracing
from shared.store import retention
from shared.store.mongo import Database, away, open_database

SERVICE = "notifications"
log = structlog.get_logger()


def create(settings: Settings) -> Service:
    """Return the application of the notifications service; nothing connects before it starts."""
    metrics.begin()
    database = open_database(settings, SERVICE)
    middlewares = tracing(SERVICE, settings.otel_exporter_otlp_endpoint)
    bus = open_broker(SERVICE, settings, (*PUBLISHED_BY[SERVICE], *FORWARDED_BY[SERVICE]), away, middlewares)
    pool = SmtpPool(settings.relay)
    context, publish = open_context(settings, database, pool), publisher(bus)
    handlers.register(bus, context)
    scheduler = open_scheduler(context, publish, settings)
    erasure.subscribe_to_requests(bus, erasing(database, context.store.address_statuses, settings.sender))

    async def prepare() -> None:
        await prepare_store(database)
        # Reads the names of topics, which takes half a second.
        await asyncio.to_thread(topic_names.known_topic, "CPV:90")
        await retention.prepare(database, KEPT, settings)

    async def alongside() -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(pool.close)
            stack.push_async_callback(context.scoring.close)
            stack.push_async_callback(context.moderation.close)
            stack.push_async_callback(context.pdf.close)
            await stack.enter_async_context(scheduler.running())
            if settings.returns_port is not None:
                await stack.enter_async_context(_smtp_server(settings, context, settings.returns_port))
            yield

    routes = open_routers(context, publish, settings)
    operations = [status.router(context.store.letters)]
    beside = combined(alongside, retention.running(bus, database, KEPT))
    app = build(bus, database, EVENT_KEYS, prepare, routes, beside, operations)
    show_errors(app, PageRenderer(words_in, localizer_for))
    return app


def create_pages(settings: Settings) -> Service:
    """Return the pages of letters and the desk alone: no queue is consumed, no letter sent, no mail taken.

    What they leave to the background is done by the service that ``create`` returns.
    """
    database = open_database(settings, SERVICE)
    middlewares = tracing(SERVICE, settings.otel_exporter_otlp_endpoint)
    bus = open_broker(SERVICE, settings, (*PUBLISHED_BY[SERVICE], *FORWARDED_BY[SERVICE]), away, middlewares)
    pool = SmtpPool(settings.relay)
    context, publish = open_context(settings, database, pool), publisher(bus)

    async def prepare() -> None:
        await prepare_store(database)
        await asyncio.to_thread(topic_names.known_topic, "CPV:90")

    async def alongside() -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(context.pdf.close)
            yield

    routes = open_routers(context, publish, settings)
    operations = [status.router(context.store.letters)]
    app = build(bus, database, EVENT_KEYS, prepare, routes, alongside, operations)
    show_errors(app, PageRenderer(words_in, localizer_for))
    return app


def open_context(settings: Settings, database: Database, pool: SmtpPool) -> NotificationContext:
    """Return what the use cases work with, on ``database``."""
    store, renderer = repositories(database), MimeRenderer(settings.sender)
    calendar = Calendar(zone_of, closed_in)
    translation = MachineTranslation(store, settings.translator, renderer)
    hooks = DeliveryHooks(
        DeliveryPolicy(store, calendar, timedelta(days=settings.letters_cool_down)).decide,
        store.city_name,
        AddressStatusUpdates(store.letters, store.address_statuses).count,
        translation.translate_letter,
    )
    pacing = DomainPacing(settings.letters_per_domain_per_minute, settings.letters_back_off)
    delivery = LetterDelivery(
        store.letters, renderer, SmtpMailer(pool, pacing), settings.sender, settings.patience, hooks
    )
    scoring = settings.scoring
    digests, readers = DigestWriter(store, calendar, delivery.entrust), Readers(store.officials)
    return NotificationContext(
        store=store,
        renderer=renderer,
        delivery=delivery,
        digests=digests,
        draft_letters=DraftLetters(store, readers, calendar, delivery.entrust),
        saved_searches=SavedSearches(store, CatalogueQueries(store, scoring), calendar, delivery.entrust),
        handover=Handover(store, delivery.entrust),
        follower_updates=FollowerUpdates(store, readers.all, delivery.entrust),
        enrolment=Enrolment(store.officials, delivery.entrust),
        readers=readers,
        match_cards=MatchCards(store),
        match_letters=MatchLetters(store.letters, digests),
        minimum_evidence=MinimumEvidence(settings.alert_least_parts, settings.alert_least_sources),
        questions=Questions(store, readers, calendar, delivery.entrust, settings.question_patience),
        sign_in=SignIn(store, delivery.entrust),
        translation=translation,
        scoring=scoring,
        moderation=settings.moderation,
        pdf=WeasyPrinter(),
    )


async def prepare_store(database: Database) -> None:
    """Create what the queries need, and complete what older versions stored."""
    await ensure_indexes(database)
    await complete_documents(database)


def open_scheduler(context: NotificationContext, publish: Publish, settings: Settings) -> Scheduler:
    """Return the rounds in the background."""
    return Scheduler(
        context.delivery,
        context.digests,
        context.draft_letters,
        context.saved_searches,
        context.handover,
        context.questions,
        context.sign_in,
        publish,
        settings.rounds,
    )


def open_routers(context: NotificationContext, publish: Publish, settings: Settings) -> list[APIRouter]:
    """Return the pages of letters, the desk and the catalogue."""
    letter_pages = open_pages(context, publish, settings)
    if not session_cookie(settings.site, settings.session_limits).secure:
        log.warning("session_cookie_without_tls", site=settings.site)
    files = settings.legal_files
    for name, places in files.unfilled().items():
        log.warning("legal_page_incomplete", page=name, missing=len(places), first=places[0])
    legal_pages = legal(files.text, as_html, letter_pages.renderer)
    return [
        pages(letter_pages),
        desk(open_desk(letter_pages, context)),
        legal_pages,
        catalogue(open_catalogue(letter_pages, context)),
    ]


def open_pages(context: NotificationContext, publish: Publish, settings: Settings) -> PageContext:
    """Return what the pages work with."""
    store = context.store
    return PageContext(
        store=store,
        match_cards=context.match_cards,
        histories=SolutionHistories(store),
        log=NotificationLog(store),
        conflicts=Conflicts(store),
        replies=RepliesToFailures(store),
        introductions=Introductions(store, context.delivery.entrust),
        questions=context.questions,
        effects=EffectQueries(store),
        sign_in=context.sign_in,
        sessions=DeskSessions(store, settings.session_limits, settings.operators),
        publish=publish,
        translate=context.translation.translate_page,
        sender=settings.sender,
        letter_renderer=context.renderer,
        renderer=PageRenderer(words_in, localizer_for),
        pdf=context.pdf,
        topics=topic_names,
        countries=country_names,
    )


def open_desk(pages: PageContext, context: NotificationContext) -> DeskContext:
    """Return what the desk works with: ``pages`` and what it needs besides."""
    shared_with_pages = {field.name: getattr(pages, field.name) for field in fields(pages)}
    addresses = frozenset(route.path for route in DESK_ROUTES)
    return DeskContext(
        **shared_with_pages,
        enrolment=context.enrolment,
        scoring=context.scoring,
        moderation=context.moderation,
        our_city=OurCityQueries(context.store, context.scoring, context.questions),
        city_records=CityRecords(context.store),
        desk_forms=DeskForms(context.store.desk_forms),
        evaluations=Evaluations(context.store),
        addresses=addresses,
        saved_searches=context.saved_searches,
    )


def open_catalogue(pages: PageContext, context: NotificationContext) -> CatalogueContext:
    """Return what the public pages work with: ``pages`` and the search."""
    shared_with_pages = {field.name: getattr(pages, field.name) for field in fields(pages)}
    queries = CatalogueQueries(context.store, context.scoring)
    return CatalogueContext(**shared_with_pages, catalogue=queries, draw_map=map_places.drawn)


@asynccontextmanager
async def _smtp_server(settings: Settings, context: NotificationContext, port: int) -> AsyncIterator[None]:
    """The server that takes what comes back, and the processes that read it."""
    async with mail_parser_pool() as parsers:
        handler = returned_mail_handler(context, settings, parsers.read)
        inbox = Inbox(handler.is_read, handler.handle, context.store.unreadable_mail.save)
        async with serve_smtp(inbox, settings.http_host, port):
            yield


def returned_mail_handler(
    context: NotificationContext, settings: Settings, parse: ParseMail
) -> ReturnedMailHandler:
    """Return what reads bounces, complaints, unsubscribes and replies, wherever they come in."""
    replies = Replies(
        context.store, context.renderer, settings.sender, context.questions, context.delivery.entrust
    )
    return ReturnedMailHandler(context.store, settings.sender.inbound, parse, replies=replies)


def publisher(bus: MessageBus) -> Publish:
    """Return how what happens without a message is published."""

    async def publish(event: Event) -> None:
        await bus.publish(event, event.message_id)

    return publish
