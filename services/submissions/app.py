"""The submissions service, wired."""

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter

from services.submissions import handlers, http
from services.submissions.adapters.claim_check import DatarefReader
from services.submissions.adapters.input_publisher import AmqpInputPublisher
from services.submissions.adapters.mongo.erasure import erasing
from services.submissions.adapters.mongo.repositories import ensure_indexes, repositories
from services.submissions.adapters.mongo.retention import KEPT
from services.submissions.adapters.publisher_profiles import shipped
from services.submissions.adapters.reference_data import gazetteer, publiccode_reference, reference
from services.submissions.application import scheduler
from services.submissions.application.assessing import MessageAssessor, ReportAssessor
from services.submissions.application.auth import Authenticator
from services.submissions.application.catalogue import Catalogue
from services.submissions.application.city_review import CityReview
from services.submissions.application.comments import Comments
from services.submissions.application.ingest import WAITS, Ingest
from services.submissions.application.moderation import OfficeHolderScreening
from services.submissions.application.moderation_review import ModerationReview
from services.submissions.application.ownership import OwnershipCheck
from services.submissions.application.procurement import Procurement
from services.submissions.application.record_changes import RecordUpdater
from services.submissions.application.recording import RecordWriter
from services.submissions.application.rejections import Rejections
from services.submissions.application.repositories import SubmissionRepositories
from services.submissions.application.republish import republish
from services.submissions.domain.office_holders import OfficeHolder
from services.submissions.http.publishing import ApiContext
from services.submissions.settings import Settings
from shared import language_detection
from shared.city_keys import CityKeys
from shared.erasure import handler as erasure
from shared.http.asgi import Service, build
from shared.json_limits import LARGEST_MESSAGE
from shared.lifespan import combined
from shared.messaging.broker import open_broker
from shared.messaging.catalogue import EVENT_KEYS, PUBLISHED_BY
from shared.observability.tracing import tracing
from shared.store import retention
from shared.store.mongo import away, open_database

SERVICE = "submissions"
DEPOSITED = "urn:citiesshare:data:"


def create(settings: Settings) -> Service:
    """Return the application of the submissions service; nothing connects before it starts."""
    database = open_database(settings, SERVICE)
    middlewares = tracing(SERVICE, settings.otel_exporter_otlp_endpoint)
    bus = open_broker(SERVICE, settings, PUBLISHED_BY[SERVICE], away, middlewares)
    store, publisher = repositories(database), AmqpInputPublisher(bus)
    ingest = open_ingest(settings, store)
    handlers.register(bus, ingest)
    api = ApiContext(publisher, store, ingest.claim, ingest.judge.reports, settings.open_doors)
    keys = CityKeys.of(settings.city_secret)
    moderation = http.moderation.router(open_review(settings, store), publisher, keys)
    erasure.subscribe_to_requests(bus, erasing(database, partial(republish, publisher)))

    async def prepare() -> None:
        await asyncio.to_thread(language_detection.load)
        await ensure_indexes(database)
        await retention.prepare(database, KEPT, settings)

    beside = combined(
        scheduler.running(publisher, store.records, settings.clock_seconds),
        retention.running(bus, database, KEPT),
    )
    return build(
        bus,
        database,
        EVENT_KEYS,
        prepare,
        [http.router(api), moderation],
        beside,
        [http.operations(store)],
        largest_body=LARGEST_MESSAGE,
    )


def open_ingest(settings: Settings, store: SubmissionRepositories) -> Ingest:
    """Return what takes messages, on ``store``."""
    salt, holders = settings.salt.get_secret_value().encode(), settings.office_holders
    procured, owning = procurement(store, salt), OwnershipCheck(store.records, store.releases)
    comments = Comments(store.records, store.moderation, city_name)
    rejections = Rejections(store.messages, salt)
    return Ingest(
        store,
        Authenticator(store.publishers, settings.open_doors),
        DatarefReader(store.blobs, DEPOSITED, settings.dataref_prefixes, settings.most_deposit_bytes),
        MessageAssessor(procured, ReportAssessor(Catalogue(publiccode_reference, salt), reference()), salt),
        owning,
        OfficeHolderScreening(
            store.moderation, store.messages, read_holders(holders) if holders else (), salt
        ),
        comments,
        RecordWriter(
            store.records,
            store.messages,
            comments,
            RecordUpdater(store.records, store.moderation),
            procured,
            owning,
            rejections,
            timedelta(days=settings.blackout_days),
        ),
        rejections,
        min(WAITS, settings.retry_attempts - 1),
    )


def open_review(settings: Settings, store: SubmissionRepositories) -> ModerationReview:
    """Return what moderators work with, on ``store``."""
    salt, holders = settings.salt.get_secret_value().encode(), settings.office_holders
    placing = CityReview(store.unplaced_buyers, store.records, procurement(store, salt))
    return ModerationReview(store, placing, gazetteer(), read_holders(holders) if holders else ())


def city_name(city: str) -> str | None:
    """Return the name of a city by its GeoNames id; None for an unknown one."""
    place = gazetteer().cities.get(city)
    return place.name if place else None


def procurement(store: SubmissionRepositories, salt: bytes) -> Procurement:
    """Return the reader of procurement systems, on ``store``."""
    return Procurement(store.releases, store.unplaced_buyers, store.records, shipped(), reference(), salt)


def read_holders(path: Path) -> tuple[OfficeHolder, ...]:
    """Read the list of office-holders: ``[{"post": "mayor", "names": ["…"]}]``."""
    return TypeAdapter(tuple[OfficeHolder, ...]).validate_json(path.read_bytes())
