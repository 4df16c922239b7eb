"""The scoring service, wired."""

from services.scoring import handlers
from services.scoring.adapters import framework_files
from services.scoring.adapters.exchange_rates import packaged_rates, read_rates
from services.scoring.adapters.index_snapshot import IndexSnapshotFolder
from services.scoring.adapters.mongo.erasure import erasing
from services.scoring.adapters.mongo.repositories import ensure_indexes, repositories
from services.scoring.adapters.mongo.retention import KEPT
from services.scoring.adapters.reference_data import vocabulary
from services.scoring.application.catalogue_index import CatalogueIndex
from services.scoring.application.context import ScoringContext
from services.scoring.application.index_sync import MatchIndexes
from services.scoring.application.maintenance import Maintenance
from services.scoring.application.text_analyzer import TextAnalyzer
from services.scoring.http import routers, status
from services.scoring.settings import Settings
from shared.city_keys import CityKeys
from shared.erasure import handler as erasure
from shared.http.asgi import Service, build
from shared.lifespan import combined
from shared.messaging.broker import open_broker
from shared.messaging.catalogue import EVENT_KEYS, PUBLISHED_BY
from shared.observability.tracing import tracing
from shared.store import retention
from shared.store.mongo import Database, away, open_database

SERVICE = "scoring"


def open_context(settings: Settings, database: Database) -> ScoringContext:
    """Return what the use cases work with, on ``database``; the indexes are still empty."""
    framework = framework_files.load(settings.framework)
    store, analyzer = repositories(database, framework.version), TextAnalyzer(vocabulary())
    rates = read_rates(settings.exchange_rates) if settings.exchange_rates else packaged_rates()
    return ScoringContext(
        framework,
        framework_files,
        store,
        MatchIndexes(store, analyzer),
        CatalogueIndex(store, rates),
        analyzer,
        settings.matches_per_message,
        settings.introductions_per_need,
        rates,
        CityKeys.of(settings.city_secret),
        settings.watches_per_city,
    )


async def prepare_store(context: ScoringContext, database: Database) -> None:
    """Create what the queries need, and read which priors are in force."""
    await ensure_indexes(database)
    await context.store.priors.refresh()


def create(settings: Settings) -> Service:
    """Return the application of the scoring service; nothing connects before it starts."""
    database = open_database(settings, SERVICE)
    context = open_context(settings, database)
    middlewares = tracing(SERVICE, settings.otel_exporter_otlp_endpoint)
    bus = open_broker(SERVICE, settings, PUBLISHED_BY[SERVICE], away, middlewares)
    handlers.register(bus, context)
    snapshots = IndexSnapshotFolder(settings.index_snapshot) if settings.index_snapshot else None
    maintenance = Maintenance(context, bus, settings, snapshots)

    erasure.subscribe_to_requests(bus, erasing(database, maintenance.write_snapshot))

    async def prepare() -> None:
        await prepare_store(context, database)
        await retention.prepare(database, KEPT, settings)
        await maintenance.wake()

    beside = combined(maintenance.run, retention.running(bus, database, KEPT))
    operations = [status.router(context)]
    return build(bus, database, EVENT_KEYS, prepare, routers(context, bus), beside, operations)
