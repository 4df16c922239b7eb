"""The scoring service, wired."""

from services.scoring import handlers
from services.scoring.adapters.exchange_rates import packaged_rates, read_rates
from services.scoring.adapters.framework_files import load
from services.scoring.adapters.index_sync import Memory
from services.scoring.adapters.mongo.erasure import erasing
from services.scoring.adapters.mongo.repositories import Store
from services.scoring.adapters.mongo.retention import KEPT
from services.scoring.adapters.reference_data import vocabulary
from services.scoring.adapters.text_analyzer import Reader
from services.scoring.application import maintenance
from services.scoring.application.context import Room
from services.scoring.http import routers, status
from services.scoring.http.auth import Guard
from services.scoring.settings import Settings
from shared.erasure import handler as erasure
from shared.http.asgi import Service, build
from shared.lifespan import together
from shared.messaging.broker import open_broker
from shared.messaging.catalogue import SAID_BY, SPOKEN_KEYS
from shared.observability.tracing import tracing
from shared.store import retention
from shared.store.mongo import Database, away, open_database

SERVICE = "scoring"


def open_room(settings: Settings, database: Database) -> Room:
    """Return the room in which the service works, on ``database``; its memory is still empty."""
    framework = load(settings.framework)
    store, reader = Store(database, framework.version), Reader(vocabulary())
    return Room(
        framework,
        store,
        Memory(store, reader),
        reader,
        settings.matches_per_message,
        settings.introductions_per_need,
        read_rates(settings.exchange_rates) if settings.exchange_rates else packaged_rates(),
        Guard(settings.city_secret.get_secret_value() if settings.city_secret else None),
        settings.watches_per_city,
    )


def create(settings: Settings) -> Service:
    """Return the application of the scoring service; nothing connects before it starts."""
    database = open_database(settings, SERVICE)
    room = open_room(settings, database)
    middlewares = tracing(SERVICE, settings.otel_exporter_otlp_endpoint)
    edge = open_broker(SERVICE, settings, SAID_BY[SERVICE], away, middlewares)
    handlers.register(edge, room)
    kept = maintenance.Upkeep(room, edge, settings)

    erasure.hear_requests(edge, erasing(database, kept.write_snapshot))

    async def prepare() -> None:
        await room.store.prepare()
        await retention.prepare(database, KEPT, settings)
        await kept.wake()

    beside = together(kept.run, retention.running(edge, database, KEPT))
    operations = [status.router(room)]
    return build(edge, database, SPOKEN_KEYS, prepare, routers(room, edge), beside, operations)
