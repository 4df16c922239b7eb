"""The scoring service, wired."""

from services.scoring import handlers
from services.scoring.adapters.exchange_rates import packaged_rates, read_rates
from services.scoring.adapters.framework_files import load
from services.scoring.adapters.index_sync import MatchIndexes
from services.scoring.adapters.mongo.erasure import erasing
from services.scoring.adapters.mongo.repositories import ScoringRepositories
from services.scoring.adapters.mongo.retention import KEPT
from services.scoring.adapters.reference_data import vocabulary
from services.scoring.adapters.text_analyzer import TextAnalyzer
from services.scoring.application import maintenance
from services.scoring.application.city_keys import CityKeys
from services.scoring.application.context import ScoringContext
from services.scoring.http import routers, status
from services.scoring.settings import Settings
from shared.erasure import handler as erasure
from shared.http.asgi import Service, build
from shared.lifespan import combined
from shared.messaging.broker import open_broker
from shared.messaging.catalogue import SAID_BY, SPOKEN_KEYS
from shared.observability.tracing import tracing
from shared.store import retention
from shared.store.mongo import Database, away, open_database

SERVICE = "scoring"


def open_room(settings: Settings, database: Database) -> ScoringContext:
    """Return the room in which the service works, on ``database``; its memory is still empty."""
    framework = load(settings.framework)
    store, reader = ScoringRepositories(database, framework.version), TextAnalyzer(vocabulary())
    return ScoringContext(
        framework,
        store,
        MatchIndexes(store, reader),
        reader,
        settings.matches_per_message,
        settings.introductions_per_need,
        read_rates(settings.exchange_rates) if settings.exchange_rates else packaged_rates(),
        CityKeys(settings.city_secret.get_secret_value() if settings.city_secret else None),
        settings.watches_per_city,
    )


def create(settings: Settings) -> Service:
    """Return the application of the scoring service; nothing connects before it starts."""
    database = open_database(settings, SERVICE)
    context = open_room(settings, database)
    middlewares = tracing(SERVICE, settings.otel_exporter_otlp_endpoint)
    bus = open_broker(SERVICE, settings, SAID_BY[SERVICE], away, middlewares)
    handlers.register(bus, context)
    kept = maintenance.Maintenance(context, bus, settings)

    erasure.subscribe_to_requests(bus, erasing(database, kept.write_snapshot))

    async def prepare() -> None:
        await context.store.prepare()
        await retention.prepare(database, KEPT, settings)
        await kept.wake()

    beside = combined(kept.run, retention.running(bus, database, KEPT))
    operations = [status.router(context)]
    return build(bus, database, SPOKEN_KEYS, prepare, routers(context, bus), beside, operations)
