"""The submissions service, wired."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter

from services.submissions import handlers, http
from services.submissions.adapters.claim_check import ClaimCheck
from services.submissions.adapters.mongo.erasure import erasing
from services.submissions.adapters.mongo.repositories import SubmissionRepositories
from services.submissions.adapters.mongo.retention import KEPT
from services.submissions.adapters.publisher_profiles import shipped
from services.submissions.adapters.reference_data import reference
from services.submissions.application import scheduler
from services.submissions.application.assessing import MessageAssessor, ReportAssessor
from services.submissions.application.auth import Authenticator
from services.submissions.application.catalogue import Catalogue
from services.submissions.application.ingest import WAITS, Ingest
from services.submissions.application.moderation import OfficeHolderScreening
from services.submissions.application.ownership import OwnershipCheck
from services.submissions.application.procurement import Procurement
from services.submissions.application.record_changes import RecordUpdater
from services.submissions.application.recording import RecordWriter
from services.submissions.application.rejections import Rejections
from services.submissions.application.republish import republish
from services.submissions.domain.office_holders import OfficeHolder
from services.submissions.http.publishing import ApiContext
from services.submissions.settings import Settings
from shared.erasure import handler as erasure
from shared.http.asgi import Service, build
from shared.json_limits import LARGEST_MESSAGE
from shared.lifespan import combined
from shared.messaging.broker import open_broker
from shared.messaging.catalogue import SAID_BY, SPOKEN_KEYS
from shared.observability.tracing import tracing
from shared.store import retention
from shared.store.mongo import away, open_database

SERVICE = "submissions"
DEPOSITED = "urn:citiesshare:data:"


def create(settings: Settings) -> Service:
    """Return the application of the submissions service; nothing connects before it starts."""
    database = open_database(settings, SERVICE)
    middlewares = tracing(SERVICE, settings.otel_exporter_otlp_endpoint)
    bus = open_broker(SERVICE, settings, SAID_BY[SERVICE], away, middlewares)
    kept = SubmissionRepositories.within(database)
    reception = receive(settings, kept)
    handlers.register(bus, reception)
    door = ApiContext(bus, kept, reception.claim, reception.judge.reports, settings.open_doors)
    routes = http.router(door)
    erasure.subscribe_to_requests(bus, erasing(database, partial(republish, bus)))

    async def prepare() -> None:
        await kept.prepare()
        await retention.prepare(database, KEPT, settings)

    beside = combined(
        scheduler.running(bus, kept.store, settings.clock_seconds), retention.running(bus, database, KEPT)
    )
    return build(
        bus,
        database,
        SPOKEN_KEYS,
        prepare,
        [routes],
        beside,
        [http.operations(kept)],
        largest_body=LARGEST_MESSAGE,
    )


def receive(settings: Settings, kept: SubmissionRepositories) -> Ingest:
    """Return the reception over what is kept."""
    salt, holders = settings.salt.get_secret_value().encode(), settings.office_holders
    procured, owning = procurement(kept, salt), OwnershipCheck(kept.store, kept.releases)
    rejections = Rejections(kept.messages, salt)
    return Ingest(
        kept,
        Authenticator(kept.accounts, settings.open_doors),
        ClaimCheck(kept.deposit, DEPOSITED, settings.dataref_prefixes, settings.most_deposit_bytes),
        MessageAssessor(procured, ReportAssessor(Catalogue(salt), reference()), salt),
        owning,
        OfficeHolderScreening(kept.desk, kept.messages, read_holders(holders) if holders else (), salt),
        RecordWriter(
            kept.store,
            kept.messages,
            kept.desk,
            RecordUpdater(kept.store, kept.desk),
            procured,
            owning,
            rejections,
            timedelta(days=settings.blackout_days),
        ),
        rejections,
        min(WAITS, settings.retry_attempts - 1),
    )


def procurement(kept: SubmissionRepositories, salt: bytes) -> Procurement:
    """Return the reader of procurement systems over what is kept."""
    return Procurement(kept.releases, kept.places, kept.store, shipped(), reference(), salt)


def read_holders(path: Path) -> tuple[OfficeHolder, ...]:
    """Read the list of office-holders: ``[{"post": "mayor", "names": ["…"]}]``."""
    return TypeAdapter(tuple[OfficeHolder, ...]).validate_json(path.read_bytes())
