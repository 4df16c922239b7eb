"""The notifications service, wired."""

from collections.abc import AsyncIterator

from fastapi import FastAPI

from services.notifications import handlers, routes
from services.notifications.mailer import Mailer
from services.notifications.post import Post
from services.notifications.relay import Pace, Pool
from services.notifications.settings import Settings
from services.notifications.store import Store
from shared.broker import open_broker
from shared.catalogue import SAID_BY, SPOKEN_KEYS
from shared.mongo import away, open_database
from shared.service import build
from shared.telemetry import tracing

SERVICE = "notifications"


def create(settings: Settings) -> FastAPI:
    """Return the application of the notifications service; nothing connects before it starts."""
    database = open_database(settings, SERVICE)
    store, relay = Store(database), settings.relay
    pool = Pool(relay)
    mailer = Mailer(pool, Pace(relay.per_domain_per_minute, relay.back_off))
    post = Post(store, mailer, settings.sender, settings.handing_lease)
    middlewares = tracing(SERVICE, settings.otel_exporter_otlp_endpoint)
    edge = open_broker(SERVICE, settings, SAID_BY[SERVICE], away, middlewares)
    handlers.register(edge, store, post)

    async def close_pool() -> AsyncIterator[None]:
        yield
        await pool.close()

    return build(edge, database, SPOKEN_KEYS, store.prepare, [routes.router(store)], close_pool)
