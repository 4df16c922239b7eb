"""The scoring service, wired."""

from fastapi import FastAPI

from services.scoring import handlers, routes
from services.scoring.frameworks import load
from services.scoring.memory import Memory
from services.scoring.reference import vocabulary
from services.scoring.settings import Settings
from services.scoring.store import Store
from services.scoring.work import Work
from shared.broker import open_broker
from shared.catalogue import SAID_BY, SPOKEN_KEYS
from shared.mongo import away, open_database
from shared.service import build
from shared.telemetry import tracing

SERVICE = "scoring"


def create(settings: Settings) -> FastAPI:
    """Return the application of the scoring service; nothing connects before it starts."""
    database = open_database(settings, SERVICE)
    store = Store(database)
    memory = Memory(store, vocabulary())
    work = Work(store, memory, load(settings.framework), settings.matches_per_message)
    middlewares = tracing(SERVICE, settings.otel_exporter_otlp_endpoint)
    edge = open_broker(SERVICE, settings, SAID_BY[SERVICE], away, middlewares)
    handlers.register(edge, store, work)

    async def prepare() -> None:
        await store.prepare()
        await memory.refresh()

    return build(edge, database, SPOKEN_KEYS, prepare, [routes.router(store)])
