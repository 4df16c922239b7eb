"""The notifications service, wired."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial

from services.notifications import handlers, metrics
from services.notifications.adapters.mail_parser_pool import mail_parser_pool
from services.notifications.adapters.mime import shown_in
from services.notifications.adapters.mongo.erasure import erasing
from services.notifications.adapters.mongo.known_records import KnownRecordRepository
from services.notifications.adapters.mongo.letters import LetterRepository
from services.notifications.adapters.mongo.page_service import PageService
from services.notifications.adapters.mongo.retention import KEPT
from services.notifications.adapters.mongo.unreadable_mail import UnreadableMail
from services.notifications.adapters.smtp import Mailer
from services.notifications.adapters.smtp_pool import DomainPacing, SmtpPool
from services.notifications.adapters.smtp_server import Inbox, serve_smtp
from services.notifications.application.address_status import AddressStatusUpdates
from services.notifications.application.bounces import Read, ReturnedMailHandler
from services.notifications.application.delivery import DeliveryContext, LetterDelivery
from services.notifications.application.delivery_policy import DeliveryPolicy
from services.notifications.application.digests import DigestWriter
from services.notifications.application.enrolment import Enrolment
from services.notifications.application.follower_updates import FollowerUpdates
from services.notifications.application.handover import Handover
from services.notifications.application.match_letters import MatchLetters
from services.notifications.application.replies import Replies
from services.notifications.application.scheduler import Say, Scheduler
from services.notifications.application.translation import MachineTranslation
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.minimum_evidence import MinimumEvidence
from services.notifications.handlers import HandlerContext
from services.notifications.http import status
from services.notifications.http.pages import router as pages
from services.notifications.settings import Settings
from shared.erasure import handler as erasure
from shared.events import Event
from shared.http.asgi import Service, build
from shared.lifespan import combined
from shared.messaging.broker import open_broker
from shared.messaging.bus import MessageBus
from shared.messaging.catalogue import PASSED_ON, SAID_BY, SPOKEN_KEYS
from shared.observability.tracing import tracing
from shared.store import retention
from shared.store.mongo import Database, away, open_database

SERVICE = "notifications"


def create(settings: Settings) -> Service:
    """Return the application of the notifications service; nothing connects before it starts."""
    metrics.begin()
    database = open_database(settings, SERVICE)
    middlewares = tracing(SERVICE, settings.otel_exporter_otlp_endpoint)
    bus = open_broker(SERVICE, settings, (*SAID_BY[SERVICE], *PASSED_ON[SERVICE]), away, middlewares)
    pool = SmtpPool(settings.relay)
    context = open_room(settings, database, pool, saying(bus))
    handlers.register(bus, context)
    rounds = Scheduler(
        context.post, context.digests, context.handing_on, saying(bus), settings.rounds, context.desk.sign_in
    )

    erasure.subscribe_to_requests(bus, erasing(database, context.desk, settings.sender))

    async def prepare() -> None:
        await context.prepare()
        await context.desk.date_cards()
        await retention.prepare(database, KEPT, settings)

    async def alongside() -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(pool.close)
            await stack.enter_async_context(rounds.going())
            if settings.returns_port is not None:
                await stack.enter_async_context(_door(settings, context, settings.returns_port))
            yield

    doors, operations = (
        [pages(context.desk, settings.sender, context.machine.page)],
        [status.router(context.store)],
    )
    beside = combined(alongside, retention.running(bus, database, KEPT))
    return build(bus, database, SPOKEN_KEYS, prepare, doors, beside, operations)


def open_room(settings: Settings, database: Database, pool: SmtpPool, say: Say) -> HandlerContext:
    """Return everything the handlers and rounds work with, on ``database``."""
    store, records = LetterRepository(database), KnownRecordRepository(database)

    async def entrust(letter: Letter) -> None:
        await post.entrust(letter)

    desk = PageService(database, say, entrust)
    look = DeliveryPolicy(store, desk, records, timedelta(days=settings.letters_cool_down))
    mailer = Mailer(pool, DomainPacing(settings.letters_per_domain_per_minute, settings.letters_back_off))
    standings = AddressStatusUpdates(store, desk)
    machine = MachineTranslation(database, settings.translator, partial(shown_in, sender=settings.sender))
    around = DeliveryContext(look, records.name_of, standings.note, machine.letter)
    post = LetterDelivery(store, mailer, settings.sender, settings.patience, around)
    digests = DigestWriter(database, entrust)
    handing_on = Handover(database, store, records, entrust)
    following = FollowerUpdates(records, partial(handlers.anybody, store), entrust)
    enrolment = Enrolment(store, desk, entrust)
    unreadable = UnreadableMail(database)
    letters = MatchLetters(store, digests)
    least = MinimumEvidence(settings.alert_least_parts, settings.alert_least_sources)
    return HandlerContext(
        store,
        post,
        desk,
        records,
        digests,
        handing_on,
        following,
        enrolment,
        unreadable,
        letters,
        least,
        machine,
    )


@asynccontextmanager
async def _door(settings: Settings, context: HandlerContext, port: int) -> AsyncIterator[None]:
    """Where what comes back comes in, and the processes that read it."""
    async with mail_parser_pool() as pool:
        reader = reader_of_returns(context, settings, pool.read)
        inbox = Inbox(reader.known, reader.take, context.unreadable.keep)
        async with serve_smtp(inbox, settings.http_host, port):
            yield


def reader_of_returns(context: HandlerContext, settings: Settings, read: Read) -> ReturnedMailHandler:
    """What reads bounces, complaints, unsubscribes and replies, wherever they come in."""
    leads = partial(handlers.leads, context.store)
    replies = Replies(context.desk, context.records, settings.sender, leads, context.post.entrust)
    return ReturnedMailHandler(context.store, context.desk, settings.sender.inbound, read, replies=replies)


def saying(bus: MessageBus) -> Say:
    """How what happens without a message is said."""

    async def say(event: Event) -> None:
        await bus.publish(event, event.message_id)

    return say
