"""The submissions service, wired."""

from fastapi import FastAPI

from services.submissions import handlers, routes
from services.submissions.domain.ocds.records import Reference
from services.submissions.procurement import Procurement
from services.submissions.publishers import shipped
from services.submissions.reference import gazetteer, topic_table
from services.submissions.settings import Settings
from services.submissions.store import Store
from shared.broker import open_broker
from shared.catalogue import SAID_BY, SPOKEN_KEYS
from shared.mongo import away, open_database
from shared.service import build
from shared.telemetry import tracing

SERVICE = "submissions"


def create(settings: Settings) -> FastAPI:
    """Return the application of the submissions service; nothing connects before it starts."""
    database = open_database(settings, SERVICE)
    store = Store(database)
    middlewares = tracing(SERVICE, settings.otel_exporter_otlp_endpoint)
    edge = open_broker(SERVICE, settings, SAID_BY[SERVICE], away, middlewares)
    procurement = Procurement(shipped(), Reference(gazetteer(), topic_table()), settings.salt.encode())
    handlers.register(edge, store, procurement)
    return build(edge, database, SPOKEN_KEYS, store.prepare, [routes.router(edge, store)])
